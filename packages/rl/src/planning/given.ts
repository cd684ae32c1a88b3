/** What plain JavaScript may give where the types forbid it. */
import { DTypeError, ShapeError, shown } from '@kasane/tensor-core';

/** Throws DTypeError or RangeError unless `value` is a finite number. */
export function requireFinite(
  owner: string,
  what: string,
  value: unknown,
): asserts value is number {
  if (typeof value !== 'number') {
    throw new DTypeError(`${owner}: ${what} must be a number, got ${shown(value)}.`);
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(`${owner}: ${what} must be finite, got ${value}.`);
  }
}

/** Throws RangeError unless `value` is a number from `least` to `most`. */
export function requireWithin(
  owner: string,
  what: string,
  value: unknown,
  least: number,
  most: number = Infinity,
): asserts value is number {
  if (typeof value !== 'number') {
    throw new DTypeError(`${owner}: ${what} must be a number, got ${shown(value)}.`);
  }
  if (value >= least && value <= most) return;
  const range = most === Infinity ? `≥ ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`${owner}: ${what} must be ${range}, got ${value}.`);
}

/** Throws unless `value` is an array or typed array of numbers: of `length` of them, if it is given. */
export function requireList(
  owner: string,
  what: string,
  value: unknown,
  length?: number,
): asserts value is ArrayLike<number> {
  if (!Array.isArray(value) && (!ArrayBuffer.isView(value) || value instanceof DataView)) {
    throw new TypeError(`${owner}: ${what} must be an array of numbers, got ${shown(value)}.`);
  }
  const list = value as ArrayLike<unknown>; // both kinds have a length and indices
  if (length !== undefined && list.length !== length) {
    throw new ShapeError(`${owner}: ${what} must have ${length} numbers, got ${list.length}.`);
  }
  for (let i = 0; i < list.length; i++) requireFinite(owner, `${what}[${i}]`, list[i]);
}

/** Throws unless `value` is a table with a row for each state and a number for each action. */
export function requireTable(
  owner: string,
  what: string,
  value: unknown,
  shape?: { readonly numStates: number; readonly numActions: number },
): asserts value is readonly ArrayLike<number>[] {
  if (!Array.isArray(value)) {
    throw new TypeError(
      `${owner}: ${what} must be an array with a row for each state, got ${shown(value)}.`,
    );
  }
  if (shape !== undefined && value.length !== shape.numStates) {
    throw new ShapeError(
      `${owner}: ${what} must have a row for each of ${shape.numStates} states, got ${value.length} rows.`,
    );
  }
  value.forEach((row, s) => {
    // Of the first row, which is looked at first, any length is right.
    const length = shape?.numActions ?? (s === 0 ? undefined : (value[0] as unknown[]).length);
    requireList(owner, `${what}[${s}]`, row, length);
  });
}

/** Throws unless `value` is a policy: probabilities that sum to 1 in every state. */
export function requirePolicy(
  owner: string,
  value: unknown,
  shape?: { readonly numStates: number; readonly numActions: number },
): asserts value is readonly ArrayLike<number>[] {
  requireTable(owner, 'the policy', value, shape);
  value.forEach((row, s) => {
    let sum = 0;
    for (let a = 0; a < row.length; a++) {
      requireWithin(owner, `the policy's probability of action ${a} in state ${s}`, row[a], 0, 1);
      sum += row[a]!;
    }
    if (Math.abs(sum - 1) > 1e-6) {
      throw new RangeError(
        `${owner}: the policy's probabilities in state ${s} must sum to 1, got ${sum}.`,
      );
    }
  });
}
