import { optionsOf } from '../options.ts';
import type { TypedArray } from '../dtype.ts';
import { run } from '../dispatch.ts';
import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { compare } from './sort.ts';

export const searchsortedOp: OpDef<{ readonly right: boolean }> = {
  name: 'searchsorted',
  inputs: 'promote',
  infer([sequence, values]) {
    const [s, v] = [sequence!.shape, values!.shape];
    if (s.length === 0 || (s.length > 1 && !sameShape(s.slice(0, -1), v.slice(0, -1)))) {
      throw new ShapeError(
        `searchsorted: the sequence must be a vector, or agree with the values in all but the last dimension, got ${formatShape(s)} and ${formatShape(v)}.`,
      );
    }
    return { shape: v, dtype: 'int32' };
  },
  reference([sequence, values], { right }, out) {
    const n = sequence!.shape.at(-1)!;
    // A vector serves all values, else each of its rows a row of them.
    const m = sequence!.shape.length === 1 ? out.size : values!.shape.at(-1)!;
    for (let i = 0; i < out.size; i++) {
      const start = Math.floor(i / m) * n;
      out.data[i] = lowerBound(sequence!.data, start, n, values!.data[i]!, right);
    }
  },
  vjp: null,
};

/** The number of elements before `value`; with `right`, equal ones count as before. NaN is last. */
export function lowerBound(
  data: TypedArray,
  start: number,
  n: number,
  value: number,
  right: boolean,
): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(data[start + middle]!, value) < Number(right)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Where each value would go in an ascending sequence to keep it sorted, as int32: before equal
 * elements, or after them with `right`.
 *
 * The sequence is a vector (n) for values of any shape, or (…, n) for values (…, m). That it is
 * sorted is not checked. NaN counts as larger than every number. There is no gradient.
 *
 * $y = |\{ i : s_i < v \}|$, or with `right` $|\{ i : s_i \le v \}|$, for each value $v$
 *
 * int32, where PyTorch has int64.
 *
 * @throws {@link ShapeError} if the leading dimensions differ, or the sequence is a scalar.
 *
 * @example
 * import { searchsorted, tensor } from '@kasane/tensor-core';
 * const edges = tensor([1, 3, 5]);
 * searchsorted(edges, tensor([0, 3, 9])).toArray(); // => [0,1,3]
 * searchsorted(edges, tensor([0, 3, 9]), { right: true }).toArray(); // => [0,2,3]
 */
export function searchsorted(
  sortedSequence: Tensor,
  values: Tensor,
  options?: { readonly right?: boolean },
): Tensor {
  const { right = false } = optionsOf('searchsorted', options, ['right']);
  return run(searchsortedOp, [sortedSequence, values], { right });
}
