/** Random tensors that draws are made of. Compiled functions draw them anew at every call. */
import {
  defaultGenerator,
  rand,
  randint,
  randn,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import type { SampleOptions } from './distribution.ts';

/** Standard normal numbers, with dtype and backend of `like`. */
export function normalNoise(
  shape: Shape,
  { dtype, backend }: Tensor,
  { generator = defaultGenerator() }: SampleOptions,
): Tensor {
  return randn(shape, { dtype, backend, generator });
}

/** Uniform numbers between 0 and 1, neither of which comes up. */
export function uniformNoise(
  shape: Shape,
  { dtype, backend }: Tensor,
  { generator = defaultGenerator() }: SampleOptions,
): Tensor {
  // rand gives multiples of twice this number, 0 among them.
  const least = dtype === 'float64' ? 2 ** -54 : 2 ** -25;
  return rand(shape, { dtype, backend, generator }).clamp(least);
}

/** Standard Gumbel numbers, -log(-log u). */
export function gumbelNoise(shape: Shape, like: Tensor, options: SampleOptions): Tensor {
  return uniformNoise(shape, like, options).log().neg().log().neg();
}

/** Standard logistic numbers, log u - log(1 - u). */
export function logisticNoise(shape: Shape, like: Tensor, options: SampleOptions): Tensor {
  const u = uniformNoise(shape, like, options);
  return u.log().sub(u.neg().log1p());
}

/** Two random words for every element of `shape`, from which draws on the host make streams of their own. */
export function seeds(
  shape: Shape,
  { backend }: Tensor,
  { generator = defaultGenerator() }: SampleOptions,
): Tensor {
  return randint(-(2 ** 31), 2 ** 31, [...shape, 2], { backend, generator });
}
