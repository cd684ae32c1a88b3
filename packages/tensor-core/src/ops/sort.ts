import type { TypedArray } from '../dtype.ts';
import type { OpDef } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { forEachLine } from './reduce.ts';

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** Largest first. Default false. */
  readonly descending?: boolean;
}

/** What `topk` and `sort` give: values, and their int32 positions along the dim. */
export interface ValuesAndIndices {
  readonly values: Tensor;
  readonly indices: Tensor;
}

/**
 * Positions that put a dim in order, equal values in their old order. NaN counts as larger than every
 * number, so it comes last, or first if descending.
 */
export const argsort: OpDef<{ readonly dim: number; readonly descending: boolean }> = {
  name: 'argsort',
  infer: ([x]) => ({ shape: x!.shape, dtype: 'int32' }),
  reference([x], { dim, descending }, out) {
    const sort = laneSorter(x!.shape[dim] ?? 1, descending);
    forEachLine(x!.shape, dim, (start, step, n) => {
      const order = sort(x!.data, start, step);
      for (let j = 0; j < n; j++) out.data[start + j * step] = order[j]!;
    });
  },
  vjp: null,
};

/** True if `a` comes strictly before `b`. */
export function leads(a: number, b: number, largest: boolean): boolean {
  const [high, low] = largest ? [a, b] : [b, a];
  return high > low || (Number.isNaN(high) && !Number.isNaN(low));
}

/** A function that gives the order of `n` elements of `data`, `step` apart, from `start` on. */
export function laneSorter(
  n: number,
  descending: boolean,
): (data: TypedArray, start: number, step: number) => Int32Array {
  return (data, start, step) => {
    const keys = Float64Array.from({ length: n }, (_, i) => data[start + i * step]!);
    const before = (i: number, j: number): number =>
      Number(leads(keys[j]!, keys[i]!, descending)) - Number(leads(keys[i]!, keys[j]!, descending));
    return Int32Array.from(keys.keys()).sort((i, j) => before(i, j) || i - j);
  };
}
