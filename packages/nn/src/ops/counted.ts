import type { DType, OpDef } from '@kasane/tensor-core';

/** 0 where y, int32, is ignoreIndex, else 1, as floating numbers. */
export const counted: OpDef<{ readonly ignoreIndex: number; readonly dtype: DType }> = {
  name: 'counted',
  infer: ([y], { dtype }) => ({ shape: y!.shape, dtype }),
  vjp: null,
  decompose: ([y], { ignoreIndex, dtype }) => y!.notEqual(ignoreIndex).cast(dtype),
  wasm(k, [y], { ignoreIndex }, out) {
    k.counted(y!.pointer, out.pointer, out.size, ignoreIndex);
    return true;
  },
};
