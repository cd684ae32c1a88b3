import { dynamicAttrs, guard, runInto, type Tensor } from '@kasane/tensor-core';
import { updateMoments, zeroMoments, type Moments } from './moments.ts';
import { addcdivSqrt } from './ops/addcdiv-sqrt.ts';
import { axpby } from './ops/axpby.ts';
import { Optimizer, type Counted } from './optimizer.ts';
import type { OptimizerGroup, OptimizerOptions, OptimizerParams } from './param-group.ts';

/** Options of `RAdam`. */
export interface RAdamOptions extends OptimizerOptions {
  /** Learning rate. Default 0.001. */
  lr: number;
  /** β₁ and β₂, the decay rates of the averages of g and g². Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** ε, keeps the division finite. Default 1e-8. */
  eps: number;
  /** λ, added to the gradient as λ·θ. Default 0. */
  weightDecay: number;
}

/**
 * RAdam: Adam that divides by the average of squares only once enough steps have made it reliable, and then rectifies
 * its variance; before, it is descent with momentum.
 *
 * $$ \begin{aligned}
 * \rho_\infty &= \frac{2}{1 - \beta_2} - 1, \quad \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}, \quad
 * r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2) \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2) \rho_t}} \\
 * \theta_t &= \theta_{t-1} - \mathrm{lr} \, \frac{m_t}{1 - \beta_1^t} \cdot \begin{cases} r_t \sqrt{1 - \beta_2^t} / (\sqrt{v_t} + \epsilon) & \text{if } \rho_t > 5 \\ 1 & \text{else} \end{cases}
 * \end{aligned} $$
 *
 * with g, m and v as in `Adam`. Same as `torch.optim.RAdam`, without `decoupled_weight_decay`.
 *
 * @throws RangeError for options out of range, and what `Optimizer` throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { RAdam } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([3, -1], { requiresGrad: true });
 * const optimizer = new RAdam([x], { lr: 0.25 });
 * backward(x.square().sum());
 * optimizer.step();
 * x.toArray().toString(); // => 1.5,-0.5
 *
 * @see Liu et al. (2020), On the Variance of the Adaptive Learning Rate and Beyond.
 */
export class RAdam extends Optimizer<RAdamOptions, Moments> {
  /** Takes parameters or groups of them. */
  constructor(params: OptimizerParams<RAdamOptions>, options: Partial<RAdamOptions> = {}) {
    super(params, { betas: [0.9, 0.999], eps: 1e-8 }, options);
  }

  protected initState(parameter: Tensor): Moments {
    return zeroMoments(parameter);
  }

  protected update(
    parameter: Tensor,
    grad: Tensor,
    state: Counted<Moments>,
    group: OptimizerGroup<RAdamOptions>,
  ): void {
    updateMoments(state, this.decayed(parameter, grad, group), group);
    const rectify = (): number => rectification(group.betas[1], state.step + 1);
    const rate = ({ lr, betas }: RAdamOptions): number => lr / (1 - betas[0] ** (state.step + 1));
    if (guard(() => rectify() > 0)) {
      const factors = dynamicAttrs(group, (o) => ({
        alpha: 1,
        beta: -rate(o) * rectify(),
        eps: o.eps,
      }));
      runInto(addcdivSqrt, parameter, [state.expAvg, state.expAvgSq], factors);
    } else {
      const factors = dynamicAttrs(group, (o) => ({ alpha: 1, beta: -rate(o) }));
      runInto(axpby, parameter, [state.expAvg], factors);
    }
  }
}

/** r·√(1 - β₂ᵗ), or 0 where too few squares have been averaged for their variance to be known: ρ ≤ 5. */
function rectification(beta2: number, t: number): number {
  const limit = 2 / (1 - beta2) - 1;
  const correction = 1 - beta2 ** t;
  const rho = limit - (2 * t * beta2 ** t) / correction;
  if (rho <= 5) return 0;
  const ratio = ((rho - 4) * (rho - 2) * limit) / ((limit - 4) * (limit - 2) * rho);
  return Math.sqrt(ratio * correction);
}
