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

/** Runs of this length are sorted by insertion before they are merged. */
const RUN = 16;

/**
 * A function that gives the order of `n` elements of `data`, `step` apart, from `start` on. Its result
 * holds until the next call.
 */
export function laneSorter(
  n: number,
  descending: boolean,
): (data: TypedArray, start: number, step: number) => Int32Array {
  let keys = new Float64Array(n);
  let order = new Int32Array(n);
  let otherKeys = new Float64Array(n);
  let otherOrder = new Int32Array(n);
  const result = new Int32Array(n);
  return (data, start, step) => {
    // The numbers go to the front, negated if the largest comes first; `<=` orders them then.
    let count = 0;
    let nans = 0;
    for (let i = 0, at = start; i < n; i++, at += step) {
      const v = data[at]!;
      if (Number.isNaN(v)) {
        otherOrder[nans++] = i;
      } else {
        keys[count] = descending ? -v : v;
        order[count++] = i;
      }
    }
    result.set(otherOrder.subarray(0, nans), descending ? 0 : count);
    for (let low = 0; low < count; low += RUN) {
      insertionSort(keys, order, low, Math.min(low + RUN, count));
    }
    for (let width = RUN; width < count; width *= 2) {
      mergeRuns(keys, order, otherKeys, otherOrder, count, width);
      [keys, otherKeys] = [otherKeys, keys];
      [order, otherOrder] = [otherOrder, order];
    }
    result.set(order.subarray(0, count), descending ? nans : 0);
    return result;
  };
}

function insertionSort(keys: Float64Array, order: Int32Array, low: number, high: number): void {
  for (let i = low + 1; i < high; i++) {
    const key = keys[i]!;
    const position = order[i]!;
    let j = i;
    for (; j > low && keys[j - 1]! > key; j--) {
      keys[j] = keys[j - 1]!;
      order[j] = order[j - 1]!;
    }
    keys[j] = key;
    order[j] = position;
  }
}

/** Merges neighbouring sorted runs of `width` into runs twice as long, left one first on ties. */
function mergeRuns(
  keys: Float64Array,
  order: Int32Array,
  toKeys: Float64Array,
  toOrder: Int32Array,
  count: number,
  width: number,
): void {
  for (let low = 0; low < count; low += 2 * width) {
    const middle = Math.min(low + width, count);
    const high = Math.min(low + 2 * width, count);
    let left = low;
    let right = middle;
    for (let to = low; to < high; to++) {
      const takeLeft = right >= high || (left < middle && keys[left]! <= keys[right]!);
      const from = takeLeft ? left++ : right++;
      toKeys[to] = keys[from]!;
      toOrder[to] = order[from]!;
    }
  }
}
