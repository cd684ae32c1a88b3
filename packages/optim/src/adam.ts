import { keep, dynamicAttrs, runInto, zerosLike, type Tensor } from '@kasane/tensor-core';
import { updateMoments, zeroMoments, type Moments } from './moments.ts';
import { addcdivSqrt } from './ops/addcdiv-sqrt.ts';
import { Optimizer, type Counted } from './optimizer.ts';
import type {
  OptimizerDefaults,
  OptimizerGroup,
  OptimizerOptions,
  OptimizerParams,
} from './param-group.ts';

/** Options of `Adam`. */
export interface AdamOptions extends OptimizerOptions {
  /** Learning rate. Default 0.001. */
  lr: number;
  /** β₁ and β₂, the decay rates of the averages of g and g². Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** ε, keeps the division finite. Default 1e-8. */
  eps: number;
  /** λ, added to the gradient as λ·θ. Default 0. */
  weightDecay: number;
  /** Divide by the largest average so far (AMSGrad). Default false. */
  amsgrad: boolean;
}

/** What Adam's options are, but for those that all optimizers have. */
export const adamDefaults = (): OptimizerDefaults<AdamOptions> => ({
  betas: [0.9, 0.999],
  eps: 1e-8,
  amsgrad: false,
});

/** What `Adam` remembers of a parameter. */
export type AdamState = Moments & { maxExpAvgSq: Tensor | null };

/**
 * Adam: steps along the moving average of the gradient, divided by the root of that of its square, both corrected for
 * having begun at zero.
 *
 * $$ \begin{aligned}
 * g_t &= \nabla f(\theta_{t-1}) + \lambda \theta_{t-1} \\
 * m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
 * v_t &= \beta_2 v_{t-1} + (1 - \beta_2) g_t^2 \\
 * \theta_t &= \theta_{t-1} - \mathrm{lr} \, \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon}
 * \end{aligned} $$
 *
 * λ is the weight decay. With amsgrad the largest v so far takes v's place in the last line. Same as `torch.optim.Adam`.
 *
 * @throws RangeError for options out of range, and what `Optimizer` throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { Adam } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([3, -1], { requiresGrad: true });
 * const optimizer = new Adam([x], { lr: 0.1 });
 * for (let i = 0; i < 200; i++) {
 *   const loss = x.square().sum();
 *   optimizer.zeroGrad();
 *   backward(loss);
 *   optimizer.step();
 * }
 * x.abs().less(0.01).toArray(); // => [true,true]
 *
 * @see Kingma and Ba (2015), Adam: A Method for Stochastic Optimization.
 * @see Reddi, Kale and Kumar (2018), On the Convergence of Adam and Beyond (AMSGrad).
 */
export class Adam extends Optimizer<AdamOptions, AdamState> {
  /** Takes parameters or groups of them. */
  constructor(params: OptimizerParams<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, adamDefaults(), options);
  }

  protected initState(parameter: Tensor): AdamState {
    return { ...zeroMoments(parameter), maxExpAvgSq: null };
  }

  protected update(
    parameter: Tensor,
    grad: Tensor,
    state: Counted<AdamState>,
    group: OptimizerGroup<AdamOptions>,
  ): void {
    this.adapt(parameter, this.decayed(parameter, grad, group), state, group, () => 1);
  }

  /**
   * The update with the parameter scaled first, for weight decay outside of the gradient. With `plainEps`, ε
   * is added to √v before that is corrected.
   */
  protected adapt(
    parameter: Tensor,
    grad: Tensor,
    state: Counted<AdamState>,
    group: OptimizerGroup<AdamOptions>,
    shrink: (group: AdamOptions) => number,
    plainEps: boolean = false,
  ): void {
    updateMoments(state, grad, group);
    let v = state.expAvgSq;
    if (group.amsgrad) {
      const largest = (state.maxExpAvgSq ??= keep(zerosLike(parameter)));
      largest.assign(largest.maximum(v));
      v = largest;
    }
    // m/(√(v/c) + ε) = √c·m/(√v + √c·ε), with c = 1 - β₂ᵗ
    const factors = dynamicAttrs(group, (o) => {
      const step = state.step + 1;
      const root = Math.sqrt(1 - o.betas[1] ** step);
      const beta = (-o.lr * root) / (1 - o.betas[0] ** step);
      return { alpha: shrink(o), beta, eps: plainEps ? o.eps : o.eps * root };
    });
    runInto(addcdivSqrt, parameter, [state.expAvg, v], factors);
  }
}
