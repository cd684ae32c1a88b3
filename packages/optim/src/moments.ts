import { dynamicAttrs, runInto, zerosLike, type Tensor } from '@kasane/tensor-core';
import { axpby, type Factors } from './ops/axpby.ts';
import { axpbySquare } from './ops/axpby-square.ts';

/** Moving averages of the gradient and of its square: what the Adam family remembers. */
export type Moments = { expAvg: Tensor; expAvgSq: Tensor };

/** Both at zero. */
export function zeroMoments(parameter: Tensor): Moments {
  return { expAvg: zerosLike(parameter), expAvgSq: zerosLike(parameter) };
}

/** m ← β₁·m + (1 - β₁)·g; v ← β₂·v + (1 - β₂)·g² */
export function updateMoments({ expAvg: m, expAvgSq: v }: Moments, g: Tensor, group: Rates): void {
  runInto(axpby, m, [g], averaging(group, 0));
  runInto(axpbySquare, v, [g], averaging(group, 1));
}

interface Rates {
  readonly betas: readonly [number, number];
}

/** The factors of a moving average with one of the betas. */
export function averaging(group: Rates, i: 0 | 1): Factors {
  return dynamicAttrs(group, ({ betas }) => ({ alpha: betas[i], beta: 1 - betas[i] }));
}
