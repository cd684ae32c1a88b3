import type { OpDef } from '@kasane/tensor-core';
import { sameSpec } from './axpby.ts';

/** The numbers of `addcdivSqrt`. */
export interface QuotientFactors {
  readonly alpha: number;
  readonly beta: number;
  readonly eps: number;
}

/** α·p + β·n / (√v + ε): the step of every optimizer that divides by a running root mean square. */
export const addcdivSqrt: OpDef<QuotientFactors> = {
  name: 'addcdivSqrt',
  infer: ([p, n, v]) => sameSpec('addcdivSqrt', p!, n!, v!),
  reference([p, n, v], { alpha, beta, eps }, out) {
    for (let i = 0; i < out.size; i++) {
      out.data[i] = alpha * p!.data[i]! + (beta * n!.data[i]!) / (Math.sqrt(v!.data[i]!) + eps);
    }
  },
  vjp: null,
  wasm(k, [p, n, v], { alpha, beta, eps }, out) {
    if (out.dtype !== 'float32') return false;
    k.addcdivSqrt(p!.pointer, n!.pointer, v!.pointer, out.pointer, out.size, alpha, beta, eps);
    return true;
  },
  gpu: (_, { alpha, beta, eps }) => ({
    source:
      'function(a,b,c,s,t,u){return s*a[this.thread.x]+t*b[this.thread.x]/(Math.sqrt(c[this.thread.x])+u);}',
    scalars: [alpha, beta, eps],
  }),
};
