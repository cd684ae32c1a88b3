import { fullLike, dynamicAttrs, runInto, type Tensor } from '@kasane/tensor-core';
import { addcdivSqrt } from './ops/addcdiv-sqrt.ts';
import { axpbySquare } from './ops/axpby-square.ts';
import { Optimizer, type Counted } from './optimizer.ts';
import type { OptimizerGroup, OptimizerOptions, OptimizerParams } from './param-group.ts';

/** Options of `Adagrad`. */
export interface AdagradOptions extends OptimizerOptions {
  /** Learning rate. Default 0.01. */
  lr: number;
  /** η, how fast the learning rate falls: lr / (1 + (t - 1)·η) at step t. Default 0. */
  lrDecay: number;
  /** λ, added to the gradient as λ·θ. Default 0. */
  weightDecay: number;
  /** What the sum of squares begins with. Default 0. */
  initialAccumulatorValue: number;
  /** ε, keeps the division finite. Default 1e-10. */
  eps: number;
}

type AdagradState = { sum: Tensor };

/**
 * Adagrad: divides by the root of the sum of all squared gradients, so that rarely moved parameters take larger steps.
 *
 * $$ \begin{aligned}
 * g_t &= \nabla f(\theta_{t-1}) + \lambda \theta_{t-1} \\
 * s_t &= s_{t-1} + g_t^2 \\
 * \theta_t &= \theta_{t-1} - \frac{\mathrm{lr}}{1 + (t - 1) \eta} \, \frac{g_t}{\sqrt{s_t} + \epsilon}
 * \end{aligned} $$
 *
 * λ is the weight decay, η the decay of the rate. Same as `torch.optim.Adagrad`.
 *
 * @throws RangeError for options out of range, and what `Optimizer` throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { Adagrad } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([3, -1], { requiresGrad: true });
 * const optimizer = new Adagrad([x], { lr: 0.5 });
 * backward(x.square().sum());
 * optimizer.step();
 * x.toArray(); // => [2.5,-0.5]
 *
 * @see Duchi, Hazan and Singer (2011), Adaptive Subgradient Methods for Online Learning and Stochastic Optimization.
 */
export class Adagrad extends Optimizer<AdagradOptions, AdagradState> {
  /** Takes parameters or groups of them. */
  constructor(params: OptimizerParams<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super(params, { lr: 0.01, lrDecay: 0, initialAccumulatorValue: 0, eps: 1e-10 }, options);
  }

  protected override takesRows(): boolean {
    return true;
  }

  protected initState(parameter: Tensor, group: OptimizerGroup<AdagradOptions>): AdagradState {
    return { sum: fullLike(parameter, group.initialAccumulatorValue) };
  }

  protected update(
    parameter: Tensor,
    grad: Tensor,
    state: Counted<AdagradState>,
    group: OptimizerGroup<AdagradOptions>,
  ): void {
    const { sum } = state;
    const g = this.decayed(parameter, grad, group);
    runInto(axpbySquare, sum, [g], { alpha: 1, beta: 1 });
    const factors = dynamicAttrs(group, ({ lr, lrDecay, eps }) => {
      return { alpha: 1, beta: -lr / (1 + state.step * lrDecay), eps };
    });
    runInto(addcdivSqrt, parameter, [g, sum], factors);
  }
}
