import type { OpDef } from '@kasane/tensor-core';
import { sameSpec } from './combine.ts';
import { applied, rowArguments } from './rows.ts';

/** The numbers of `addQuotient`. */
export interface QuotientFactors {
  readonly alpha: number;
  readonly beta: number;
  readonly eps: number;
  /** With rows: n is a table like p, and its rows are taken by their indices. Default false. */
  readonly aligned?: true;
}

/** α·p + β·n / (√v + ε): the step of every optimizer that divides by a running root mean square. */
export const addQuotient: OpDef<QuotientFactors> = {
  name: 'addQuotient',
  infer: ([p, n, v, ...rows]) => sameSpec('addQuotient', rows, p!, n!, v!),
  reference([p, n, v, ...rows], { alpha, beta, eps, aligned }, out) {
    const rule = (i: number, x: number): number =>
      alpha * p!.data[i]! + (beta * x) / (Math.sqrt(v!.data[i]!) + eps);
    applied(p!, n!, rows, out, rule, aligned);
  },
  vjp: null,
  wasm(k, [p, n, v, ...rows], { alpha, beta, eps, aligned }, out) {
    if (out.dtype !== 'float32') return false;
    const [to, from, below] = [out.pointer, n!.pointer, v!.pointer];
    if (rows.length === 0) k.addQuotient(p!.pointer, from, below, to, out.size, alpha, beta, eps);
    else {
      const own = rowArguments(k, p!, rows, out);
      k.addQuotientRows(to, from, below, ...own, alpha, beta, eps, aligned ? 1 : 0);
    }
    return true;
  },
  gpu: (_, { alpha, beta, eps }) => ({
    source:
      'function (a, b, c, s, t, u) { return s * a[this.thread.x] + t * b[this.thread.x] / (Math.sqrt(c[this.thread.x]) + u); }',
    scalars: [alpha, beta, eps],
  }),
};
