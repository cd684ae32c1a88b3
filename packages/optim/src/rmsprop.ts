import { keep, dynamicAttrs, run, runInto, zerosLike, type Tensor } from '@kasane/tensor-core';
import { addcdivSqrt } from './ops/addcdiv-sqrt.ts';
import { axpby, descent } from './ops/axpby.ts';
import { axpbySquare } from './ops/axpby-square.ts';
import { Optimizer } from './optimizer.ts';
import type { OptimizerGroup, OptimizerOptions, OptimizerParams } from './param-group.ts';

/** Options of `RMSprop`. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Learning rate. Default 0.01. */
  lr: number;
  /** α, the decay rate of the averages. Default 0.99. */
  alpha: number;
  /** ε, keeps the division finite. Default 1e-8. */
  eps: number;
  /** Divide by an estimate of the standard deviation instead of the root mean square. Default false. */
  centered: boolean;
  /** μ, how much of the last update is kept. Default 0. */
  momentum: number;
  /** λ, added to the gradient as λ·θ. Default 0. */
  weightDecay: number;
}

type RMSpropState = { squareAvg: Tensor; gradAvg: Tensor | null; momentumBuffer: Tensor | null };

/**
 * RMSprop: divides by the root of a moving average of squared gradients.
 *
 * $$ \begin{aligned}
 * g_t &= \nabla f(\theta_{t-1}) + \lambda \theta_{t-1} \\
 * v_t &= \alpha v_{t-1} + (1 - \alpha) g_t^2, \quad a_t = \alpha a_{t-1} + (1 - \alpha) g_t \\
 * b_t &= \mu b_{t-1} + g_t / (\sqrt{v_t} + \epsilon), \quad \text{or, centered, } g_t / (\sqrt{v_t - a_t^2} + \epsilon) \\
 * \theta_t &= \theta_{t-1} - \mathrm{lr} \, b_t
 * \end{aligned} $$
 *
 * λ is the weight decay, μ the momentum. Same as `torch.optim.RMSprop`, but v - a² is never below 0, where PyTorch gives NaN.
 *
 * @throws RangeError for options out of range, and what `Optimizer` throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { RMSprop } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([3, -1], { requiresGrad: true });
 * const optimizer = new RMSprop([x], { lr: 0.5, alpha: 0.75 });
 * backward(x.square().sum());
 * optimizer.step();
 * x.toArray(); // => [2,0]
 *
 * @see Graves (2013), Generating Sequences With Recurrent Neural Networks (the centred form).
 */
export class RMSprop extends Optimizer<RMSpropOptions, RMSpropState> {
  /** Takes parameters or groups of them. */
  constructor(params: OptimizerParams<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    super(params, { lr: 0.01, alpha: 0.99, eps: 1e-8, centered: false, momentum: 0 }, options);
  }

  protected initState(parameter: Tensor): RMSpropState {
    return { squareAvg: zerosLike(parameter), gradAvg: null, momentumBuffer: null };
  }

  protected update(
    parameter: Tensor,
    grad: Tensor,
    state: RMSpropState,
    group: OptimizerGroup<RMSpropOptions>,
  ): void {
    const { centered, momentum } = group;
    const averaging = dynamicAttrs(group, ({ alpha }) => ({ alpha, beta: 1 - alpha }));
    const g = this.decayed(parameter, grad, group);
    const { squareAvg } = state;
    runInto(axpbySquare, squareAvg, [g], averaging);
    let v = squareAvg;
    if (centered) {
      const average = (state.gradAvg ??= keep(zerosLike(parameter)));
      runInto(axpby, average, [g], averaging);
      v = run(axpbySquare, [v, average], { alpha: 1, beta: -1 }).maximum(0); // rounding may leave less
    }
    if (momentum === 0) {
      const factors = dynamicAttrs(group, ({ lr, eps }) => ({ alpha: 1, beta: -lr, eps }));
      runInto(addcdivSqrt, parameter, [g, v], factors);
    } else {
      const b = (state.momentumBuffer ??= keep(zerosLike(parameter)));
      const factors = dynamicAttrs(group, (o) => ({ alpha: o.momentum, beta: 1, eps: o.eps }));
      runInto(addcdivSqrt, b, [g, v], factors);
      runInto(axpby, parameter, [b], dynamicAttrs(group, descent));
    }
  }
}
