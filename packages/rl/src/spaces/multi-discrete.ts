import { defaultGenerator, optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import { allowedBy } from './discrete.ts';
import type { SampleOptions, Space } from './space.ts';

/** Options of `MultiDiscrete`. */
export interface MultiDiscreteOptions {
  /** The least number of each. Default: 0 for all. */
  readonly start?: readonly number[];
}

/**
 * Lists of whole numbers, the i-th one of `nvec[i]` from `start[i]` on, as `Int32Array`s.
 *
 * $$ x_i \in \{ \text{start}_i, \dots, \text{start}_i + \text{nvec}_i - 1 \} $$
 *
 * A mask is a list with a mask of zeros and ones for each. As `gymnasium.spaces.MultiDiscrete`. There `nvec` may have more dimensions than
 * one.
 *
 * @throws RangeError if an entry of `nvec` is not a whole number of at least 1, `start` or a mask has another length, or a mask no 1.
 *
 * @example
 * import { MultiDiscrete } from '@kasane/rl';
 * const space = new MultiDiscrete([3, 2]);
 * space.contains(Int32Array.of(2, 1)); // => true
 * space.sample({ mask: [[0, 0, 1], [1, 0]] }).join(); // => 2,0
 * @category Spaces
 */
export class MultiDiscrete implements Space<Int32Array, readonly ArrayLike<number>[]> {
  readonly nvec: readonly number[];
  readonly start: readonly number[];

  constructor(nvec: readonly number[], options?: MultiDiscreteOptions) {
    const { start } = optionsOf('MultiDiscrete', options, ['start']);
    requireList('MultiDiscrete', 'nvec', nvec);
    nvec.forEach((n, i) => requireWhole('MultiDiscrete', `nvec[${i}]`, n, 1, 2 ** 31));
    this.nvec = [...nvec];
    this.start = start ?? nvec.map(() => 0);
    requireList('MultiDiscrete', 'start', this.start, nvec.length);
    this.start.forEach((one, i) =>
      requireWhole('MultiDiscrete', `start[${i}]`, one, -(2 ** 31), 2 ** 31 - nvec[i]!),
    );
  }

  sample(options?: SampleOptions<readonly ArrayLike<number>[]>): Int32Array {
    const { generator = defaultGenerator(), mask } = optionsOf('MultiDiscrete', options, [
      'generator',
      'mask',
    ]);
    if (mask !== undefined) requireList('MultiDiscrete', 'the mask', mask, this.nvec.length);
    return Int32Array.from(this.nvec, (n, i) => {
      if (mask === undefined) return this.start[i]! + generator.below(n);
      const allowed = allowedBy('MultiDiscrete', mask[i]!, n);
      return this.start[i]! + allowed[generator.below(allowed.length)]!;
    });
  }

  contains(value: unknown): value is Int32Array {
    if (!(value instanceof Int32Array) || value.length !== this.nvec.length) return false;
    return value.every((x, i) => x >= this.start[i]! && x < this.start[i]! + this.nvec[i]!);
  }

  toString(): string {
    const start = this.start.some((x) => x !== 0) ? `, start=[${this.start.join(', ')}]` : '';
    return `MultiDiscrete([${this.nvec.join(', ')}]${start})`;
  }
}

/** Throws unless a value is a list, of that length if one is given, and not empty. @internal */
export function requireList(owner: string, what: string, value: unknown, length?: number): void {
  const isList = Array.isArray(value) || ArrayBuffer.isView(value);
  if (!isList) throw new TypeError(`${owner}: ${what} must be a list, got ${shown(value)}.`);
  const got = (value as ArrayLike<unknown>).length; // a view without one, DataView, fails below
  if (length === undefined ? got > 0 : got === length) return;
  throw new RangeError(
    `${owner}: ${what} must have ${length === undefined ? 'entries' : `${length} entries`}, got ${got}.`,
  );
}
