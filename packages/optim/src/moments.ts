import { run, zerosLike, type Tensor } from '@kasane/tensor-core';
import { combine } from './ops/combine.ts';
import { combineSquare } from './ops/combine-square.ts';

/** Moving averages of the gradient and of its square: what the Adam family remembers. */
export type Moments = { expAvg: Tensor; expAvgSq: Tensor };

/** Both at zero. */
export function zeroMoments(parameter: Tensor): Moments {
  return { expAvg: zerosLike(parameter), expAvgSq: zerosLike(parameter) };
}

/** m ← β₁·m + (1 - β₁)·g; v ← β₂·v + (1 - β₂)·g² */
export function updateMoments(
  { expAvg: m, expAvgSq: v }: Moments,
  g: Tensor,
  [beta1, beta2]: readonly [number, number],
): void {
  m.assign(run(combine, [m, g], { alpha: beta1, beta: 1 - beta1 }));
  v.assign(run(combineSquare, [v, g], { alpha: beta2, beta: 1 - beta2 }));
}
