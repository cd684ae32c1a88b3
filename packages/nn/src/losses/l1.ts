import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { Loss } from './loss.ts';
import { checkSameShape, reduce, type LossOptions } from './reduction.ts';

/**
 * The absolute error.
 *
 * $$ \ell_i = |x_i - y_i| $$
 *
 * Same as `torch.nn.functional.l1_loss`, except that input and target are not broadcast. Throws
 * ShapeError unless they have one shape.
 *
 * @example
 * import { l1Loss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * l1Loss(tensor([1, 2]), tensor([1, 4])).item(); // => 1
 *
 * @category Losses
 */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const { reduction } = optionsOf('l1Loss', options, ['reduction']);
  checkSameShape('l1Loss', input, target);
  return reduce(input.sub(target).abs(), reduction);
}

/**
 * `l1Loss` as a module.
 *
 * $$ \ell_i = |x_i - y_i| $$
 *
 * Same as `torch.nn.L1Loss`, except that nothing is broadcast.
 *
 * @throws As `l1Loss`.
 *
 * @example
 * import { L1Loss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new L1Loss().forward(tensor([1, 2]), tensor([1, 4])).item(); // => 1
 *
 * @category Losses
 */
export class L1Loss extends Loss {
  constructor(options: LossOptions = {}) {
    super(options, {});
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, this.options());
  }
}
