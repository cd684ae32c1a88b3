import type { Tensor } from '@kasane/tensor-core';
import type { ACTIVATIONS, Weights } from './network.ts';

/** u, z and y of every step in plain numbers, one formula after the other; all u first, then z, y. */
export function plainForward(
  weights: Weights,
  x: readonly Tensor[],
  activation: keyof typeof ACTIVATIONS,
): number[] {
  const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
  const f = { sigmoid, tanh: Math.tanh, identity: (u: number): number => u }[activation];
  const n = weights.b.size;
  const units = Array.from({ length: n }, (_, j) => j);
  const [wIn, w, wOut, b, c] = [weights.wIn, weights.w, weights.wOut, weights.b, weights.c].map(
    (one) => one.dataSync(),
  );
  const sum = (row: ArrayLike<number>, matrix: ArrayLike<number>, j: number): number =>
    units.reduce((value, i) => value + row[i]! * matrix[i * n + j]!, 0);
  const [us, zs, ys]: number[][] = [[], [], []];
  let z = units.map(() => 0);
  for (const xt of x) {
    const input = xt.dataSync();
    const u = units.map((j) => sum(input, wIn!, j) + sum(z, w!, j) + b![j]!);
    z = u.map(f);
    us!.push(...u);
    zs!.push(...z);
    ys!.push(...units.map((j) => sigmoid(sum(z, wOut!, j) + c![j]!)));
  }
  return [...us!, ...zs!, ...ys!];
}
