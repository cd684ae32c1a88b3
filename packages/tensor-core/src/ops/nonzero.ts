import type { TypedArray } from '../dtype.ts';
import { stridesOf, type Shape } from '../shape.ts';

/** The positions of all elements that are not 0, one row of indices each, in row-major order. */
export function nonzero(data: TypedArray, shape: Shape): { count: number; positions: Int32Array } {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) count++;
  const strides = stridesOf(shape);
  const positions = new Int32Array(count * shape.length);
  let to = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    let rest = i;
    for (const stride of strides) {
      const index = Math.floor(rest / stride);
      positions[to++] = index;
      rest -= index * stride;
    }
  }
  return { count, positions };
}
