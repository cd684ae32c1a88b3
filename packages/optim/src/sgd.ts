import { keep, dynamicAttrs, run, runInto, type Tensor } from '@kasane/tensor-core';
import { axpby, descent, type Factors } from './ops/axpby.ts';
import { placesOf, writeRows } from './ops/rows.ts';
import { Optimizer } from './optimizer.ts';
import type { OptimizerGroup, OptimizerOptions, OptimizerParams } from './param-group.ts';

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** Learning rate. Default 0.001. */
  lr: number;
  /** μ, how much of the last update is kept. Default 0. */
  momentum: number;
  /** τ, how much of the gradient the momentum leaves out, after the first step. Default 0. */
  dampening: number;
  /** Look ahead along the momentum. Default false. */
  nesterov: boolean;
  /** λ, added to the gradient as λ·θ. Default 0. */
  weightDecay: number;
}

type SGDState = { momentumBuffer: Tensor | null };

/**
 * Stochastic gradient descent, with momentum and Nesterov's variant of it.
 *
 * $$ \begin{aligned}
 * g_t &= \nabla f(\theta_{t-1}) + \lambda \theta_{t-1} \\
 * b_t &= \mu b_{t-1} + (1 - \tau) g_t, \quad b_1 = g_1 \\
 * \theta_t &= \theta_{t-1} - \mathrm{lr} \cdot \begin{cases} g_t & \text{without momentum} \\ b_t & \text{with momentum} \\ g_t + \mu b_t & \text{with Nesterov} \end{cases}
 * \end{aligned} $$
 *
 * λ is the weight decay, μ the momentum, τ the dampening. Same as `torch.optim.SGD`.
 *
 * @throws RangeError for options out of range, and what `Optimizer` throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([3, -1], { requiresGrad: true });
 * const optimizer = new SGD([x], { lr: 0.25 });
 * backward(x.square().sum());
 * optimizer.step();
 * x.toArray(); // => [1.5,-0.5]
 *
 * @see Sutskever et al. (2013), On the importance of initialization and momentum in deep learning.
 */
export class SGD extends Optimizer<SGDOptions, SGDState> {
  /** Takes parameters or groups of them. */
  constructor(params: OptimizerParams<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super(params, { momentum: 0, dampening: 0, nesterov: false }, options);
  }

  protected override check(options: SGDOptions): void {
    super.check(options);
    const { momentum, dampening, nesterov } = options;
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new RangeError(
        `SGD: nesterov needs momentum above 0 and dampening 0, got ${momentum} and ${dampening}.`,
      );
    }
  }

  protected override takesRows({ momentum }: SGDOptions): boolean {
    return momentum === 0;
  }

  protected override updateRows(
    table: Tensor,
    indices: Tensor,
    grads: Tensor,
    _: SGDState,
    group: OptimizerGroup<SGDOptions>,
  ): void {
    runInto(writeRows, table, [grads, ...placesOf(indices)], dynamicAttrs(group, descent));
  }

  protected initState(): SGDState {
    return { momentumBuffer: null };
  }

  protected update(
    parameter: Tensor,
    grad: Tensor,
    state: SGDState,
    group: OptimizerGroup<SGDOptions>,
  ): void {
    const { momentum, nesterov } = group;
    let g = this.decayed(parameter, grad, group);
    if (momentum !== 0) {
      const buffer = state.momentumBuffer;
      if (buffer === null) state.momentumBuffer = keep(g.detach());
      else {
        const factors = dynamicAttrs(group, (o) => ({ alpha: o.momentum, beta: 1 - o.dampening }));
        runInto(axpby, buffer, [g], factors);
      }
      const b = state.momentumBuffer!;
      const ahead = (o: SGDOptions): Factors => ({ alpha: 1, beta: o.momentum });
      g = nesterov ? run(axpby, [g, b], dynamicAttrs(group, ahead)) : b;
    }
    runInto(axpby, parameter, [g], dynamicAttrs(group, descent));
  }
}
