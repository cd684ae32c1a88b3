import { requireThat, shown } from '@kasane/tensor-core';
import { Box } from '../spaces/box.ts';

/** The space itself if it is a box; TypeError for another. @internal */
export function boxOf(owner: string, what: 'observations' | 'actions', space: unknown): Box {
  if (space instanceof Box) return space;
  const way =
    what === 'observations' ? '; put a FlattenObservation around the environment first' : '';
  throw new TypeError(
    `${owner}: ${what} must be from a Box, got ${space instanceof Object ? String(space) : shown(space)}${way}.`,
  );
}

/** Throws RangeError unless a value is a number; it may be infinite. @internal */
export function requireBound(owner: string, what: string, value: unknown): void {
  if (typeof value === 'number' && !Number.isNaN(value)) return;
  throw new RangeError(`${owner}: ${what} must be a number, got ${shown(value)}.`);
}

/** Throws RangeError unless a value is a number from 0 on and below or up to 1. @internal */
export function requireShare(
  owner: string,
  what: string,
  value: number,
  rule: 'from 0 to 1' | 'at least 0 and below 1',
): void {
  requireBound(owner, what, value);
  requireThat(
    value >= 0 && (rule === 'from 0 to 1' ? value <= 1 : value < 1),
    owner,
    what,
    value,
    rule,
  );
}

/** How numbers of one box become numbers of another: gradient * x + intercept. @internal */
export interface Rescaling {
  /** The box that they come to lie in. */
  readonly box: Box;
  /** From the box given to the new one. */
  readonly forward: (x: Float32Array) => Float32Array;
  /** And back. */
  readonly backward: (x: Float32Array) => Float32Array;
}

/**
 * Moves and stretches the bounds of a box to others. Where a bound is infinite, the other has to be it, too; the numbers are then moved
 * by the finite bound alone, or not at all.
 * @internal
 */
export function rescaling(
  owner: string,
  from: Box,
  low: number | ArrayLike<number>,
  high: number | ArrayLike<number>,
): Rescaling {
  const box = new Box(low, high, { shape: from.shape });
  const size = box.low.length;
  const gradient = new Float64Array(size).fill(1);
  const intercept = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const [a, b] = [from.low[i]!, from.high[i]!];
    const [c, d] = [box.low[i]!, box.high[i]!];
    for (const [old, wanted] of [
      [a, c],
      [b, d],
    ] as const) {
      if (old === wanted || (Number.isFinite(old) && Number.isFinite(wanted))) continue;
      throw new RangeError(
        `${owner}: an infinite bound must stay infinite, got ${wanted} in the place of ${old} at ${i}.`,
      );
    }
    if (!(a < b && c < d)) {
      throw new RangeError(
        `${owner}: two bounds must differ, got ${a} and ${b} to be ${c} and ${d} at ${i}.`,
      );
    }
    if (Number.isFinite(c) && Number.isFinite(d)) gradient[i] = (d - c) / (b - a);
    if (Number.isFinite(c)) intercept[i] = c - gradient[i]! * a;
    else if (Number.isFinite(d)) intercept[i] = d - b;
  }
  return {
    box,
    forward: (x) => x.map((one, i) => gradient[i]! * one + intercept[i]!),
    backward: (x) => x.map((one, i) => (one - intercept[i]!) / gradient[i]!),
  };
}
