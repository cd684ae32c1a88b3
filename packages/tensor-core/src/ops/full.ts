import { bytesPerElement, checkHolds, type DType } from '../dtype.ts';
import type { Kernels } from '../backends/wasm/index.ts';
import type { OpDef, View, WasmOperand } from '../op.ts';
import { noFlops } from './infer.ts';
import { requireNumber } from '../given.ts';
import { checkShape, type Shape } from '../shape.ts';

export interface FullAttrs {
  readonly shape: Shape;
  readonly value: number;
  readonly dtype: DType;
}

/** One value everywhere, on the backend of the input, whose values are not read. */
export const full: OpDef<FullAttrs> = {
  name: 'full',
  infer(_, { shape, value, dtype }) {
    checkShape('full', shape, dtype);
    requireNumber('full', 'the value', value);
    checkHolds('full', dtype, value);
    return { shape: [...shape], dtype }; // a copy: the caller may change its own
  },
  reference: (_, { value }, out) => fillLoop(out, value),
  vjp: null,
  wasm: (k, _, { value }, out) => fillKernel(k, out, value),
  flops: noFlops,
};

/** Puts `value` everywhere; in bool whether it is other than 0, as NaN is, and 256, which a byte lacks. */
export function fillLoop(out: Pick<View, 'data' | 'dtype'>, value: number): void {
  out.data.fill(out.dtype === 'bool' ? Number(value !== 0) : value);
}

/** The same by a kernel, unless there is none for the dtype. */
export function fillKernel(k: Kernels, out: WasmOperand, value: number): boolean {
  if (out.dtype === 'float32') k.fill(out.pointer, out.size, value);
  else if (out.dtype === 'bool') k.fillBytes(out.pointer, out.size, Number(value !== 0));
  else if (!Object.is(value, 0)) return false;
  else k.fillBytes(out.pointer, out.size * bytesPerElement[out.dtype], 0);
  return true;
}
