import type { Tensor } from '@kasane/tensor-core';
import { trace, type TensorFunction } from './trace.ts';

/** Options of `grad` and `valueAndGrad`. */
export interface GradOptions {
  /** Which arguments to differentiate: one position, or several. Default 0. */
  readonly argnums?: number | readonly number[];
}

/**
 * The function that computes the gradient of `f`, whose result must have one element. With several
 * `argnums` it returns an array. Gradients of gradients work: `grad(grad(f))`.
 *
 * Same as `jax.grad`.
 *
 * @example
 * import { grad } from '@kasane/autograd';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * const f = (x: Tensor): Tensor => x.pow(3);
 * grad(f)(tensor(2)).item(); // => 12
 * grad(grad(f))(tensor(2)).item(); // => 12
 */
export function grad<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
  options?: { readonly argnums?: number },
): (...args: A) => Tensor;
export function grad<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
  options: { readonly argnums: readonly number[] },
): (...args: A) => Tensor[];
export function grad<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
  options: GradOptions = {},
): (...args: A) => Tensor | Tensor[] {
  const { argnums = 0 } = options;
  const positions = typeof argnums === 'number' ? [argnums] : argnums;
  return (...args) => {
    const { grads } = trace('grad', f, args, positions);
    return typeof argnums === 'number' ? grads[0]! : grads;
  };
}

/**
 * The function that computes both the value of `f` and its gradient.
 *
 * Same as `jax.value_and_grad`.
 *
 * @example
 * import { valueAndGrad } from '@kasane/autograd';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * const [value, dx] = valueAndGrad((x: Tensor): Tensor => x.square().sum())(tensor([1, 2]));
 * value.item(); // => 5
 * dx.toArray(); // => [2,4]
 */
export function valueAndGrad<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
  options?: { readonly argnums?: number },
): (...args: A) => [Tensor, Tensor];
export function valueAndGrad<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
  options: { readonly argnums: readonly number[] },
): (...args: A) => [Tensor, Tensor[]];
export function valueAndGrad<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
  options: GradOptions = {},
): (...args: A) => [Tensor, Tensor | Tensor[]] {
  const { argnums = 0 } = options;
  const positions = typeof argnums === 'number' ? [argnums] : argnums;
  return (...args) => {
    const { value, grads } = trace('valueAndGrad', f, args, positions);
    return [value, typeof argnums === 'number' ? grads[0]! : grads];
  };
}
