import { dynamicAttrs, runInto, zerosLike, type Tensor } from '@kasane/tensor-core';
import { addcdivSqrt } from './ops/addcdiv-sqrt.ts';
import { axpbySquare } from './ops/axpby-square.ts';
import { Optimizer } from './optimizer.ts';
import type { OptimizerGroup, OptimizerOptions, OptimizerParams } from './param-group.ts';

/** Options of `{{Pascal}}`. */
export interface {{Pascal}}Options extends OptimizerOptions {
  /** Learning rate. Default 0.01. */
  lr: number;
  /** ε, keeps the division finite. Default 1e-10. */
  eps: number;
}

type {{Pascal}}State = { sum: Tensor };

/**
 * {{Pascal}}: divides by the root of the sum of all squared gradients.
 *
 * g ← g + λ·θ; s ← s + g²; θ ← θ - lr · g / (√s + ε)
 *
 * This is Adagrad, to be changed. Throws RangeError for options out of range, and what `Optimizer` throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { {{Pascal}} } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([3, -1], { requiresGrad: true });
 * const optimizer = new {{Pascal}}([x], { lr: 0.5 });
 * backward(x.square().sum());
 * optimizer.step();
 * x.toArray(); // => [2.5,-0.5]
 */
export class {{Pascal}} extends Optimizer<{{Pascal}}Options, {{Pascal}}State> {
  /** Takes parameters or groups of them. */
  constructor(params: OptimizerParams<{{Pascal}}Options>, options: Partial<{{Pascal}}Options> = {}) {
    super(params, { lr: 0.01, eps: 1e-10 }, options);
  }

  protected initState(parameter: Tensor): {{Pascal}}State {
    return { sum: zerosLike(parameter) };
  }

  protected update(
    parameter: Tensor,
    grad: Tensor,
    { sum }: {{Pascal}}State,
    group: OptimizerGroup<{{Pascal}}Options>,
  ): void {
    const g = this.decayed(parameter, grad, group);
    runInto(axpbySquare, sum, [g], { alpha: 1, beta: 1 });
    const factors = dynamicAttrs(group, ({ lr, eps }) => ({ alpha: 1, beta: -lr, eps }));
    runInto(addcdivSqrt, parameter, [g, sum], factors);
  }
}
