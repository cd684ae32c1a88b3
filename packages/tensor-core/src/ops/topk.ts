import type { TypedArray } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { noFlops } from './infer.ts';
import { forEachLine } from './reduce.ts';
import { compare, laneSorter } from './sort.ts';

/** Options of `topk`. */
export interface TopkOptions {
  /** The largest values rather than the smallest. Default true. */
  readonly largest?: boolean;
  /** In order of value; otherwise in the order they stand in. Default true. */
  readonly sorted?: boolean;
}

interface TopkAttrs {
  readonly k: number;
  readonly dim: number;
  readonly largest: boolean;
  readonly sorted: boolean;
}

/**
 * Positions of the k largest (or smallest) values of a dim, the earlier one on ties. NaN counts as
 * larger than every number.
 */
export const topk: OpDef<TopkAttrs> = {
  name: 'topk',
  infer([x], { k, dim }) {
    const n = x!.shape[dim] ?? 1;
    const least = x!.ndim === 0 ? 1 : 0; // a scalar has no dim to shrink
    if (!Number.isInteger(k) || k < least || k > n) {
      throw new ShapeError(
        `topk: k must be a whole number from ${least} to ${n}, the size of dim ${dim}, got ${k}.`,
      );
    }
    return { shape: x!.shape.map((d, i) => (i === dim ? k : d)), dtype: 'int32' };
  },
  reference([x], { k, dim, largest, sorted }, out) {
    // Few out of many are kept in a short sorted list; otherwise sorting everything is quicker.
    const all = x!.shape[dim] ?? 1;
    const take = k <= 64 && k * 4 < all ? laneLeader(all, k, largest) : laneSorter(all, largest);
    forEachLine(x!.shape, dim, (start, step, n) => {
      const order = take(x!.data, start, step).subarray(0, k);
      if (!sorted) order.sort();
      const to = start - Math.floor(start / (n * step)) * (n - k) * step;
      for (let j = 0; j < k; j++) out.data[to + j * step] = order[j]!;
    });
  },
  vjp: null,
  flops: noFlops,
};

/** Like laneSorter, but finds only the first `k` positions. */
function laneLeader(
  n: number,
  k: number,
  largest: boolean,
): (data: TypedArray, start: number, step: number) => Int32Array {
  const leads = (a: number, b: number): boolean => (largest ? compare(b, a) : compare(a, b)) < 0;
  const best = new Float64Array(k);
  const order = new Int32Array(k);
  return (data, start, step) => {
    let count = 0;
    for (let i = 0, at = start; i < n; i++, at += step) {
      const v = data[at]!;
      if (count === k && !leads(v, best[k - 1]!)) continue;
      let j = count < k ? count++ : k - 1;
      for (; j > 0 && leads(v, best[j - 1]!); j--) {
        best[j] = best[j - 1]!;
        order[j] = order[j - 1]!;
      }
      best[j] = v;
      order[j] = i;
    }
    return order;
  };
}
