import { dynamicAttrs, runInto, zerosLike, type Tensor } from '@kasane/tensor-core';
import { axpby, descent } from './ops/axpby.ts';
import { axpbySquare } from './ops/axpby-square.ts';
import { Optimizer } from './optimizer.ts';
import type { OptimizerGroup, OptimizerOptions, OptimizerParams } from './param-group.ts';
import { requireFraction } from './ranges.ts';

/** Options of `Adadelta`. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** A factor on the step that the method finds by itself. Default 1. */
  lr: number;
  /** ρ, the decay rate of both averages. Default 0.9. */
  rho: number;
  /** ε, keeps the division finite and starts the first step. Default 1e-6. */
  eps: number;
  /** λ, added to the gradient as λ·θ. Default 0. */
  weightDecay: number;
}

type AdadeltaState = { squareAvg: Tensor; accDelta: Tensor };

/**
 * Adadelta: scales each step by the ratio of past steps to past gradients, so that the step has the parameter's own
 * unit.
 *
 * $$ \begin{aligned}
 * g_t &= \nabla f(\theta_{t-1}) + \lambda \theta_{t-1} \\
 * v_t &= \rho v_{t-1} + (1 - \rho) g_t^2 \\
 * \Delta_t &= \sqrt{\frac{u_{t-1} + \epsilon}{v_t + \epsilon}} \, g_t \\
 * u_t &= \rho u_{t-1} + (1 - \rho) \Delta_t^2 \\
 * \theta_t &= \theta_{t-1} - \mathrm{lr} \, \Delta_t
 * \end{aligned} $$
 *
 * λ is the weight decay. Same as `torch.optim.Adadelta`.
 *
 * @throws RangeError for options out of range, and what `Optimizer` throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { Adadelta } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([3], { requiresGrad: true });
 * const optimizer = new Adadelta([x], { rho: 0.75, eps: 1 });
 * backward(x.square().sum());
 * optimizer.step();
 * x.item().toFixed(4); // => 1.1026
 *
 * @see Zeiler (2012), ADADELTA: An Adaptive Learning Rate Method.
 */
export class Adadelta extends Optimizer<AdadeltaOptions, AdadeltaState> {
  /** Takes parameters or groups of them. */
  constructor(params: OptimizerParams<AdadeltaOptions>, options: Partial<AdadeltaOptions> = {}) {
    super(params, { lr: 1, rho: 0.9, eps: 1e-6 }, options);
  }

  protected override check(options: AdadeltaOptions): void {
    super.check(options);
    requireFraction('Adadelta', 'rho', options.rho);
  }

  protected initState(parameter: Tensor): AdadeltaState {
    return { squareAvg: zerosLike(parameter), accDelta: zerosLike(parameter) };
  }

  protected update(
    parameter: Tensor,
    grad: Tensor,
    { squareAvg: v, accDelta: u }: AdadeltaState,
    group: OptimizerGroup<AdadeltaOptions>,
  ): void {
    const { eps } = group;
    const averaging = dynamicAttrs(group, ({ rho }) => ({ alpha: rho, beta: 1 - rho }));
    const g = this.decayed(parameter, grad, group);
    runInto(axpbySquare, v, [g], averaging);
    const delta = u.add(eps).div(v.add(eps)).sqrt().mul(g);
    runInto(axpbySquare, u, [delta], averaging);
    runInto(axpby, parameter, [delta], dynamicAttrs(group, descent));
  }
}
