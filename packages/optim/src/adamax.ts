import { dynamicAttrs, runInto, zerosLike, type Tensor } from '@kasane/tensor-core';
import { axpby } from './ops/axpby.ts';
import { averaging } from './moments.ts';
import { Optimizer, type Counted } from './optimizer.ts';
import type { OptimizerGroup, OptimizerOptions, OptimizerParams } from './param-group.ts';

/** Options of `Adamax`. */
export interface AdamaxOptions extends OptimizerOptions {
  /** Learning rate. Default 0.002. */
  lr: number;
  /** β₁ and β₂, the decay rates of the average and of the maximum. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** ε, keeps the division finite. Default 1e-8. */
  eps: number;
  /** λ, added to the gradient as λ·θ. Default 0. */
  weightDecay: number;
}

type AdamaxState = { expAvg: Tensor; expInf: Tensor };

/**
 * Adamax: Adam with a decaying maximum of gradients in place of the average of their squares.
 *
 * $$ \begin{aligned}
 * g_t &= \nabla f(\theta_{t-1}) + \lambda \theta_{t-1} \\
 * m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
 * u_t &= \max(\beta_2 u_{t-1}, |g_t| + \epsilon) \\
 * \theta_t &= \theta_{t-1} - \frac{\mathrm{lr}}{1 - \beta_1^t} \, \frac{m_t}{u_t}
 * \end{aligned} $$
 *
 * λ is the weight decay. Same as `torch.optim.Adamax`.
 *
 * @throws RangeError for options out of range, and what `Optimizer` throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { Adamax } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([3, -1], { requiresGrad: true });
 * const optimizer = new Adamax([x], { lr: 0.5 });
 * backward(x.square().sum());
 * optimizer.step();
 * x.toArray(); // => [2.5,-0.5]
 *
 * @see Kingma and Ba (2015), Adam: A Method for Stochastic Optimization, section 7.1.
 */
export class Adamax extends Optimizer<AdamaxOptions, AdamaxState> {
  /** Takes parameters or groups of them. */
  constructor(params: OptimizerParams<AdamaxOptions>, options: Partial<AdamaxOptions> = {}) {
    super(params, { lr: 0.002, betas: [0.9, 0.999], eps: 1e-8 }, options);
  }

  protected initState(parameter: Tensor): AdamaxState {
    return { expAvg: zerosLike(parameter), expInf: zerosLike(parameter) };
  }

  protected update(
    parameter: Tensor,
    grad: Tensor,
    state: Counted<AdamaxState>,
    group: OptimizerGroup<AdamaxOptions>,
  ): void {
    const { expAvg: m, expInf: u } = state;
    const g = this.decayed(parameter, grad, group);
    runInto(axpby, m, [g], averaging(group, 0));
    u.assign(u.mul(group.betas[1]).maximum(g.abs().add(group.eps)));
    const factors = dynamicAttrs(group, ({ lr, betas }) => {
      return { alpha: 1, beta: -lr / (1 - betas[0] ** (state.step + 1)) };
    });
    runInto(axpby, parameter, [m.div(u)], factors);
  }
}
