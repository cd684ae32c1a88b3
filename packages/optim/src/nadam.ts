import { replay, dynamicAttrs, run, runInto, type Tensor } from '@kasane/tensor-core';
import { updateMoments, zeroMoments, type Moments } from './moments.ts';
import { addcdivSqrt } from './ops/addcdiv-sqrt.ts';
import { axpby } from './ops/axpby.ts';
import { Optimizer, type Counted } from './optimizer.ts';
import type { OptimizerGroup, OptimizerOptions, OptimizerParams } from './param-group.ts';

/** Options of `NAdam`. */
export interface NAdamOptions extends OptimizerOptions {
  /** Learning rate. Default 0.002. */
  lr: number;
  /** β₁ and β₂, the decay rates of the averages of g and g². Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** ε, keeps the division finite. Default 1e-8. */
  eps: number;
  /** λ, added to the gradient as λ·θ. Default 0. */
  weightDecay: number;
  /** ψ, how fast the momentum approaches β₁. Default 0.004. */
  momentumDecay: number;
}

type NAdamState = Moments & { muProduct: number };

/**
 * NAdam: Adam with Nesterov's momentum.
 *
 * $$ \begin{aligned}
 * \mu_t &= \beta_1 (1 - \tfrac12 \, 0.96^{t \psi}) \\
 * d_t &= \sqrt{v_t / (1 - \beta_2^t)} + \epsilon \\
 * \theta_t &= \theta_{t-1} - \mathrm{lr} \, \frac{1 - \mu_t}{1 - \prod_{i \le t} \mu_i} \, \frac{g_t}{d_t} - \mathrm{lr} \, \frac{\mu_{t+1}}{1 - \prod_{i \le t+1} \mu_i} \, \frac{m_t}{d_t}
 * \end{aligned} $$
 *
 * with g, m and v as in `Adam`, ψ the decay of the momentum. Same as `torch.optim.NAdam` since PyTorch 2.0, without
 * `decoupled_weight_decay`; before, it counted μₜ twice in the last product unless `foreach` was set.
 *
 * @throws RangeError for options out of range, and what `Optimizer` throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { NAdam } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([3, -1], { requiresGrad: true });
 * const optimizer = new NAdam([x], { lr: 0.1 });
 * for (let i = 0; i < 200; i++) {
 *   const loss = x.square().sum();
 *   optimizer.zeroGrad();
 *   backward(loss);
 *   optimizer.step();
 * }
 * x.abs().less(0.01).toArray(); // => [true,true]
 *
 * @see Dozat (2016), Incorporating Nesterov Momentum into Adam.
 */
export class NAdam extends Optimizer<NAdamOptions, NAdamState> {
  /** Takes parameters or groups of them. */
  constructor(params: OptimizerParams<NAdamOptions>, options: Partial<NAdamOptions> = {}) {
    super(params, { lr: 0.002, betas: [0.9, 0.999], eps: 1e-8, momentumDecay: 0.004 }, options);
  }

  protected initState(parameter: Tensor): NAdamState {
    return { ...zeroMoments(parameter), muProduct: 1 };
  }

  protected update(
    parameter: Tensor,
    grad: Tensor,
    state: Counted<NAdamState>,
    group: OptimizerGroup<NAdamOptions>,
  ): void {
    const g = this.decayed(parameter, grad, group);
    updateMoments(state, g, group);
    const mu = ({ betas, momentumDecay }: NAdamOptions, ahead: number): number =>
      betas[0] * (1 - 0.5 * 0.96 ** ((state.step + ahead) * momentumDecay));
    const momenta = dynamicAttrs(group, (o) => {
      const now = mu(o, 1);
      const next = mu(o, 2);
      const product = state.muProduct * now;
      return { alpha: (1 - now) / (1 - product), beta: next / (1 - product * next) };
    });
    // Both quotients have one denominator: the numerator is Nesterov's look-ahead.
    const ahead = run(axpby, [g, state.expAvg], momenta);
    // n/(√(v/c) + ε) = √c·n/(√v + √c·ε), with c = 1 - β₂ᵗ
    const factors = dynamicAttrs(group, (o) => {
      const root = Math.sqrt(1 - o.betas[1] ** (state.step + 1));
      return { alpha: 1, beta: -o.lr * root, eps: o.eps * root };
    });
    runInto(addcdivSqrt, parameter, [ahead, state.expAvgSq], factors);
    replay(() => (state.muProduct *= mu(group, 1)));
  }
}
