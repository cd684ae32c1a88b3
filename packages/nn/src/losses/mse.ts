import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { Loss } from './loss.ts';
import { checkSameShape, reduce, type LossOptions } from './reduction.ts';

/**
 * The squared error.
 *
 * $$ \ell_i = (x_i - y_i)^2 $$
 *
 * Same as `torch.nn.functional.mse_loss`, except that input and target are not broadcast. Throws
 * ShapeError unless they have one shape.
 *
 * @example
 * import { mseLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * mseLoss(tensor([1, 2]), tensor([1, 4])).item(); // => 2
 *
 * @category Losses
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const { reduction } = optionsOf('mseLoss', options, ['reduction']);
  checkSameShape('mseLoss', input, target);
  return reduce(input.sub(target).square(), reduction);
}

/**
 * `mseLoss` as a module.
 *
 * $$ \ell_i = (x_i - y_i)^2 $$
 *
 * Same as `torch.nn.MSELoss`, except that nothing is broadcast.
 *
 * @throws As `mseLoss`.
 *
 * @example
 * import { MSELoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new MSELoss({ reduction: 'sum' }).forward(tensor([1, 2]), tensor([1, 4])).item(); // => 4
 *
 * @category Losses
 */
export class MSELoss extends Loss {
  constructor(options: LossOptions = {}) {
    super(options, {});
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.options());
  }
}
