import type { DType } from '../dtype.ts';
import type { OpDef } from '../op.ts';
import { checkShape, type Shape } from '../shape.ts';

export interface FullAttrs {
  readonly shape: Shape;
  readonly value: number;
  readonly dtype: DType;
}

/** One value everywhere, on the backend of the input, whose values are not read. */
export const full: OpDef<FullAttrs> = {
  name: 'full',
  infer(_, { shape, dtype }) {
    checkShape('full', shape);
    return { shape, dtype };
  },
  reference(_, { value }, out) {
    out.data.fill(value);
  },
  vjp: null,
  wasm(k, _, { value }, out) {
    if (out.dtype !== 'float32') return false;
    k.fill(out.pointer, out.size, value);
    return true;
  },
};
