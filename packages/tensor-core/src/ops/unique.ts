import { createArray, type DType, type TypedArray } from '../dtype.ts';
import { laneSorter } from './sort.ts';

/** The distinct values of `data` in ascending order, where each element went, and how many did. */
export interface UniqueArrays {
  readonly values: TypedArray;
  readonly inverse: Int32Array;
  readonly counts: Int32Array;
}

/** NaN comes last; as in PyTorch every NaN is a value of its own, since NaN equals nothing. */
export function unique(data: TypedArray, dtype: DType): UniqueArrays {
  const n = data.length;
  const order = laneSorter(n, false)(data, 0, 1);
  const values = createArray(dtype, n);
  const inverse = new Int32Array(n);
  const counts = new Int32Array(n);
  let last = -1;
  for (let i = 0; i < n; i++) {
    const v = data[order[i]!]!;
    if (last < 0 || v !== values[last]) values[++last] = v;
    inverse[order[i]!] = last;
    counts[last]!++;
  }
  return {
    values: values.slice(0, last + 1),
    inverse,
    counts: counts.slice(0, last + 1),
  };
}
