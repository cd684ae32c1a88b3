import type { TypedArray } from '../dtype.ts';
import type { OpDef } from '../op.ts';
import { noFlops } from './infer.ts';
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
  flops: noFlops,
};

/** Negative if `a` comes before `b` in ascending order, 0 if they are equal. NaN is last. */
export function compare(a: number, b: number): number {
  if (a < b) return -1;
  return a > b ? 1 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** A function that gives the order of `n` elements of `data`, `step` apart, from `start` on. */
export function laneSorter(
  n: number,
  descending: boolean,
): (data: TypedArray, start: number, step: number) => Int32Array {
  const sign = descending ? -1 : 1;
  return (data, start, step) => {
    const keys = Float64Array.from({ length: n }, (_, i) => data[start + i * step]!);
    const order = Int32Array.from({ length: n }, (_, i) => i);
    return order.sort((i, j) => sign * compare(keys[i]!, keys[j]!) || i - j);
  };
}
