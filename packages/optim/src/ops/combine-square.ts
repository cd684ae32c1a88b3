import type { OpDef } from '@kasane/tensor-core';
import { sameSpec, type Factors } from './combine.ts';
import { applied, rowArguments } from './rows.ts';

/** α·a + β·b²: with β = 1 - α, the moving average of a squared gradient. */
export const combineSquare: OpDef<Factors> = {
  name: 'combineSquare',
  infer: ([a, b, ...rows]) => sameSpec('combineSquare', rows, a!, b!),
  reference([a, b, ...rows], { alpha, beta }, out) {
    applied(a!, b!, rows, out, (i, x) => alpha * a!.data[i]! + beta * x ** 2);
  },
  vjp: null,
  wasm(k, [a, b, ...rows], { alpha, beta }, out) {
    if (out.dtype !== 'float32') return false;
    const [to, from] = [out.pointer, b!.pointer];
    if (rows.length === 0) k.combineSquare(a!.pointer, from, to, out.size, alpha, beta);
    else k.combineSquareRows(to, from, ...rowArguments(k, a!, rows, out), alpha, beta);
    return true;
  },
  gpu: (_, { alpha, beta }) => ({
    source:
      'function (a, b, s, t) { return s * a[this.thread.x] + t * b[this.thread.x] * b[this.thread.x]; }',
    scalars: [alpha, beta],
  }),
};
