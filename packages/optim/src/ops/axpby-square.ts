import type { OpDef } from '@kasane/tensor-core';
import { sameSpec, type Factors } from './axpby.ts';

/** α·a + β·b²: with β = 1 - α, the moving average of a squared gradient. */
export const axpbySquare: OpDef<Factors> = {
  name: 'axpbySquare',
  infer: ([a, b]) => sameSpec('axpbySquare', a!, b!),
  reference([a, b], { alpha, beta }, out) {
    for (let i = 0; i < out.size; i++) out.data[i] = alpha * a!.data[i]! + beta * b!.data[i]! ** 2;
  },
  vjp: null,
  wasm(k, [a, b], { alpha, beta }, out) {
    if (out.dtype !== 'float32') return false;
    k.axpbySquare(a!.pointer, b!.pointer, out.pointer, out.size, alpha, beta);
    return true;
  },
  gpu: (_, { alpha, beta }) => ({
    source: 'function(a,b,s,t){return s*a[this.thread.x]+t*b[this.thread.x]*b[this.thread.x];}',
    scalars: [alpha, beta],
  }),
};
