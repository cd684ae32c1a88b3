import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { Loss } from './loss.ts';
import { checkSameShape, reduce, type Reduction } from './reduction.ts';

/** Options of the Kullback-Leibler divergence. */
export interface KLDivOptions {
  /** `'batchmean'` adds everything and divides by the first dimension. Default `'mean'`. */
  readonly reduction?: Reduction | 'batchmean';
  /** The target is given as log-probabilities too. Default false. */
  readonly logTarget?: boolean;
}

const klDivNames = ['reduction', 'logTarget'] as const;

/**
 * The Kullback-Leibler divergence of the target from the input, which is given as log-probabilities.
 *
 * $$ \ell_i = y_i (\log y_i - x_i) $$
 *
 * The divergence of whole distributions is `'batchmean'`; `'mean'` divides by the number of elements.
 * Same as `torch.nn.functional.kl_div`, except that input and target are not broadcast. Throws
 * ShapeError unless they have one shape.
 *
 * @example
 * import { klDivLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const [p, q] = [tensor([[0.5, 0.5]]), tensor([[1, 0]])];
 * klDivLoss(p.log(), q, { reduction: 'batchmean' }).item().toFixed(4); // => 0.6931
 *
 * @see Kullback and Leibler (1951), On Information and Sufficiency.
 * @category Losses
 */
export function klDivLoss(input: Tensor, target: Tensor, options: KLDivOptions = {}): Tensor {
  const { reduction = 'mean', logTarget = false } = optionsOf('klDivLoss', options, klDivNames);
  checkSameShape('klDivLoss', input, target);
  // 0·log 0 is 0: the logarithm is that of 1 there, so that its gradient is finite too.
  const probability = logTarget ? target.exp() : target;
  const none = probability.equal(0);
  const logarithm = logTarget ? none.where(0, target) : none.where(1, target).log();
  const finite = none.where(input.maximum(-3e38), input); // 0·Infinity would be NaN
  const losses = probability.mul(logarithm.sub(finite));
  return reduction === 'batchmean'
    ? losses.sum().div(input.shape[0] ?? 1)
    : reduce(losses, reduction);
}

/**
 * `klDivLoss` as a module.
 *
 * $$ \ell_i = y_i (\log y_i - x_i) $$
 *
 * Same as `torch.nn.KLDivLoss`, except that nothing is broadcast.
 *
 * @throws As `klDivLoss`.
 *
 * @example
 * import { KLDivLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const loss = new KLDivLoss({ reduction: 'batchmean', logTarget: true });
 * const p = tensor([[0.25, 0.75]]).log();
 * loss.forward(p, p).item(); // => 0
 *
 * @category Losses
 */
export class KLDivLoss extends Loss<KLDivOptions> {
  /** The target is given as log-probabilities too. */
  declare logTarget: boolean;

  constructor(options: KLDivOptions = {}) {
    super(options, { logTarget: false });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return klDivLoss(input, target, this.options());
  }
}
