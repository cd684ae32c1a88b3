import { stack, type Tensor } from '@kasane/tensor-core';
import { grad } from './grad.ts';
import { call, isNested, pullEach } from './trace.ts';

/**
 * The matrix of all partial derivatives of `f` at `x`: shape [...output, ...input].
 *
 * $$ J_{ij} = \frac{\partial f_i}{\partial x_j} $$
 *
 * One backward pass per output element. Same as `torch.autograd.functional.jacobian` with one input.
 *
 * @throws {@link DTypeError} if `x` is not float32 or float64.
 *
 * @example
 * import { jacobian } from '@kasane/autograd';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * jacobian((x: Tensor): Tensor => x.square(), tensor([1, 2])).toArray(); // => [[2,0],[0,4]]
 */
export function jacobian(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const nested = isNested();
  const { output, inputs } = call('jacobian', f, [x] as const);
  const shape = [...output.shape, ...x.shape];
  if (output.size === 0) return output.newFull(shape, 0);
  const rows = pullEach(output, inputs, nested);
  return stack(rows.map(([row]) => row!)).reshape(shape);
}

/**
 * The matrix of all second derivatives of `f`, which returns one number: shape [...x, ...x].
 *
 * $$ H_{ij} = \frac{\partial^2 f}{\partial x_i \, \partial x_j} $$
 *
 * Same as `torch.autograd.functional.hessian` with one input.
 *
 * @throws {@link ShapeError} if the result of `f` has not one element.
 * @throws {@link DTypeError} if `x` is not float32 or float64.
 *
 * @example
 * import { hessian } from '@kasane/autograd';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * hessian((x: Tensor): Tensor => x.pow(3).sum(), tensor([1, 2])).toArray(); // => [[6,0],[0,12]]
 */
export function hessian(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  return jacobian(grad(f), x);
}
