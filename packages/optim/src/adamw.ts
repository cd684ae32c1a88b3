import { withDefaults } from './ranges.ts';
import type { Tensor } from '@kasane/tensor-core';
import { Adam, adamDefaults, type AdamOptions, type AdamState } from './adam.ts';
import type { Counted } from './optimizer.ts';
import type { OptimizerGroup, OptimizerParams } from './param-group.ts';

/** Options of `AdamW`: Adam's, with `weightDecay` 0.01 by default. */
export type AdamWOptions = AdamOptions;

/**
 * Adam with decoupled weight decay: parameters shrink by themselves, not through the gradient, so the adaptive division
 * does not touch the decay.
 *
 * $$ \theta_t = (1 - \mathrm{lr} \, \lambda) \theta_{t-1} - \mathrm{lr} \, \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon} $$
 *
 * with m and v as in `Adam`, of gradients without λ, the weight decay. Same as `torch.optim.AdamW`.
 *
 * @throws RangeError for options out of range, and what `Optimizer` throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { AdamW } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([2], { requiresGrad: true });
 * const optimizer = new AdamW([x], { lr: 0.5, weightDecay: 0.5 });
 * backward(x.square().sum());
 * optimizer.step();
 * x.toArray(); // => [1]
 *
 * @see Loshchilov and Hutter (2019), Decoupled Weight Decay Regularization.
 */
export class AdamW extends Adam {
  /** Takes parameters or groups of them. */
  constructor(params: OptimizerParams<AdamWOptions>, options: Partial<AdamWOptions> = {}) {
    const own = { lr: 0.001, weightDecay: 0.01, maximize: false, ...adamDefaults() };
    super(params, withDefaults<AdamWOptions>(new.target.name, own, options));
  }

  protected override update(
    parameter: Tensor,
    grad: Tensor,
    state: Counted<AdamState>,
    group: OptimizerGroup<AdamWOptions>,
  ): void {
    this.adapt(parameter, grad, state, group, ({ lr, weightDecay }) => 1 - lr * weightDecay);
  }
}
