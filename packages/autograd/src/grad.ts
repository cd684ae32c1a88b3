import { formatShape, ShapeError, optionsOf, type Tensor } from '@kasane/tensor-core';
import { call, isNested, pull, type TensorFunction } from './trace.ts';

/** Options of `grad` and `valueAndGrad`. */
export interface GradOptions {
  /** Which arguments to differentiate: one position, or several. Default 0. */
  readonly argnums?: number | readonly number[];
}

/**
 * The function that computes the gradient of `f`, whose result must have one element. With several
 * `argnums` it returns an array. Gradients of gradients work: `grad(grad(f))`.
 *
 * $$ \texttt{grad}(f)(x) = \nabla f(x) $$
 *
 * Same as `jax.grad` and `torch.func.grad`, without `has_aux`.
 *
 * The gradient has the shape of the argument, and is 0 if `f` does not depend on it.
 *
 * @throws {@link ShapeError} when called, if the result of `f` has not one element, or there is no argument at `argnums`.
 * @throws {@link DTypeError} when called, if an argument to differentiate is not float32 or float64.
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
  const { argnums = 0 } = optionsOf('grad', options, ['argnums']);
  return (...args) => differentiate('grad', f, args, argnums)[1];
}

/**
 * The function that computes both the value of `f` and its gradient.
 *
 * $$ x \mapsto (f(x), \nabla f(x)) $$
 *
 * Same as `jax.value_and_grad`.
 *
 * @throws {@link ShapeError} when called, if the result of `f` has not one element, or there is no argument at `argnums`.
 * @throws {@link DTypeError} when called, if an argument to differentiate is not float32 or float64.
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
  const { argnums = 0 } = optionsOf('valueAndGrad', options, ['argnums']);
  return (...args) => differentiate('valueAndGrad', f, args, argnums);
}

/** The value of `f` and its gradients at `argnums`. */
function differentiate<A extends readonly Tensor[]>(
  name: string,
  f: TensorFunction<A>,
  args: A,
  argnums: number | readonly number[],
): [Tensor, Tensor | Tensor[]] {
  const { output, inputs } = call(name, f, args, [argnums].flat());
  if (output.size !== 1) {
    throw new ShapeError(
      `${name}: the function must return one number, got shape ${formatShape(output.shape)}. Reduce it, or use vjp or jacobian.`,
    );
  }
  const nested = isNested();
  const grads = pull([output], inputs, [], nested);
  return [nested ? output : output.detach(), typeof argnums === 'number' ? grads[0]! : grads];
}
