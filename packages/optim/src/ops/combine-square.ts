import type { OpDef } from '@kasane/tensor-core';
import { sameSpec, type Factors } from './combine.ts';

/** α·a + β·b²: with β = 1 - α, the moving average of a squared gradient. */
export const combineSquare: OpDef<Factors> = {
  name: 'combineSquare',
  infer: ([a, b]) => sameSpec('combineSquare', a!, b!),
  reference([a, b], { alpha, beta }, out) {
    for (let i = 0; i < out.size; i++) out.data[i] = alpha * a!.data[i]! + beta * b!.data[i]! ** 2;
  },
  vjp: null,
  wasm(k, [a, b], { alpha, beta }, out) {
    if (out.dtype !== 'float32') return false;
    k.square(b!.pointer, out.pointer, out.size);
    if (beta !== 1) {
      // The kernel reads its second operand with stride 0: one number, for the moment of the call.
      k.fill(k.scratch, 1, beta);
      k.mul(out.pointer, k.scratch, out.pointer, 1, out.size, 0, 1, 0, 0);
    }
    k.axpy(a!.pointer, out.pointer, out.size, alpha);
    return true;
  },
};
