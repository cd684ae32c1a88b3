import {
  requireShape,
  requireTensor,
  requireTensors,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';
import { call, isNested, pull, type TensorFunction } from './trace.ts';

/**
 * The value of `f` and the function that pulls a gradient of its output back to its arguments. It may be called several
 * times.
 *
 * $$ v \mapsto \left( v^\top \frac{\partial f}{\partial x_1}, v^\top \frac{\partial f}{\partial x_2}, \dots \right) $$
 *
 * Same as `jax.vjp`, with the arguments in one array.
 *
 * $v$ has the shape of the value, what comes back the shapes of the arguments.
 *
 * @throws {@link DTypeError} if an argument is not float32 or float64.
 * @throws {@link ShapeError} by the function that pulls back, if $v$ has not the shape of the value.
 *
 * @example
 * import { vjp } from '@kasane/autograd';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * const [y, pullback] = vjp((x: Tensor): Tensor => x.square(), [tensor([1, 2, 3])]);
 * y.toArray(); // => [1,4,9]
 * pullback(tensor([1, 0, 1]))[0]!.toArray(); // => [2,0,6]
 */
export function vjp<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
  args: A,
): [Tensor, (gradOutput: Tensor) => Tensor[]] {
  const nested = isNested();
  const { output, inputs } = call('vjp', f, args);
  const pullback = (gradOutput: Tensor): Tensor[] => {
    requireTensor('vjp', 'the vector of the output', gradOutput);
    requireShape('vjp', 'the vector of the output', output.shape, gradOutput.shape);
    return pull([output], inputs, [gradOutput], nested || isNested(), true);
  };
  return [nested ? output : output.detach(), pullback];
}

/**
 * The value of `f` and its derivative in the direction of the tangents $t_i$, which has the shape of the value.
 *
 * $$ \sum_i \frac{\partial f}{\partial x_i} t_i $$
 *
 * Forward mode by reverse mode twice: v ↦ vᵀJ is linear, and the pull-back of a linear map is its
 * transpose. Same as `jax.jvp`.
 *
 * @throws {@link ShapeError} unless there is a tangent for each argument, of its shape.
 * @throws {@link DTypeError} if an argument is not float32 or float64.
 *
 * @example
 * import { jvp } from '@kasane/autograd';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * const [y, dy] = jvp((x: Tensor): Tensor => x.square(), [tensor([1, 2])], [tensor([1, 10])]);
 * y.toArray(); // => [1,4]
 * dy.toArray(); // => [2,40]
 */
export function jvp<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
  args: A,
  tangents: readonly Tensor[],
): [Tensor, Tensor] {
  requireTensors('jvp', args);
  requireTensors('jvp', tangents);
  args.forEach((arg, i) => {
    const tangent = tangents[i];
    if (tangent === undefined) {
      throw new ShapeError(
        `jvp: needs one tangent per argument, got ${tangents.length} for ${args.length}.`,
      );
    }
    requireShape('jvp', `the vector of argument ${i}`, arg.shape, tangent.shape);
  });
  const nested = isNested();
  const { output, inputs } = call('jvp', f, args);
  const v = output.newFull(output.shape, 1);
  v.requiresGrad = true;
  const pulled = pull([output], inputs, [v], true);
  const depends = (i: number): boolean => pulled[i]?.requiresGrad === true;
  const [tangent] = pull(
    pulled.filter((_, i) => depends(i)),
    [v],
    tangents.filter((_, i) => depends(i)),
    nested,
  );
  return [nested ? output : output.detach(), tangent!];
}
