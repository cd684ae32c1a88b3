import type { DType } from '../dtype.ts';
import type { OpDef } from '../op.ts';
import { noFlops } from './infer.ts';

/** Values in another dtype: to int32 truncates towards zero, to bool is false only for 0. */
export const cast: OpDef<{ readonly dtype: DType }> = {
  name: 'cast',
  infer: ([x], { dtype }) => ({ shape: x!.shape, dtype }),
  reference([x], { dtype }, out) {
    if (dtype !== 'bool') out.data.set(x!.data);
    else for (let i = 0; i < out.size; i++) out.data[i] = Number(x!.data[i] !== 0);
  },
  vjp: ({ inputs: [x], grad }) => [grad.cast(x!.dtype)],
  wasm(k, [x], _, out) {
    if (out.dtype !== 'float32' || (x!.dtype !== 'bool' && x!.dtype !== 'int32')) return false;
    const kernel = x!.dtype === 'bool' ? k.boolToFloat : k.intToFloat;
    kernel(x!.pointer, out.pointer, out.size);
    return true;
  },
  flops: noFlops,
};
