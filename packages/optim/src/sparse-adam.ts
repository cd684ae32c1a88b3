import type { Tensor } from '@kasane/tensor-core';
import { Adam, type AdamOptions, type AdamState } from './adam.ts';
import type { Counted } from './optimizer.ts';
import type { OptimizerGroup } from './param-group.ts';

/** Options of `SparseAdam`: Adam's. With `weightDecay` or `amsgrad` a step touches every row. */
export type SparseAdamOptions = AdamOptions;

/**
 * Adam for tables of which a step uses few rows, such as an `Embedding` with `sparse`: rows without a gradient keep
 * their values and their averages.
 *
 * $$ \begin{aligned}
 * m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
 * v_t &= \beta_2 v_{t-1} + (1 - \beta_2) g_t^2 \\
 * \theta_t &= \theta_{t-1} - \mathrm{lr} \, \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \, \frac{m_t}{\sqrt{v_t} + \epsilon}
 * \end{aligned} $$
 *
 * all in the rows of g only. Same as `torch.optim.SparseAdam`, except: a gradient that is not sparse is taken as having all
 * rows.
 *
 * @throws RangeError for options out of range, and what `Optimizer` throws.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import { SparseAdam } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const table = tensor([[1], [2], [3]], { requiresGrad: true });
 * const optimizer = new SparseAdam([table], { lr: 0.5 });
 * const indices = tensor([2], { dtype: 'int32' });
 * backward(table.indexSelect(0, indices, { sparseGrad: true }).sum());
 * optimizer.step();
 * table.toArray(); // => [[1],[2],[2.5]]
 */
export class SparseAdam extends Adam {
  protected override takesRows({ amsgrad }: SparseAdamOptions): boolean {
    return !amsgrad;
  }

  protected override update(
    parameter: Tensor,
    grad: Tensor,
    state: Counted<AdamState>,
    group: OptimizerGroup<SparseAdamOptions>,
  ): void {
    this.adapt(parameter, this.decayed(parameter, grad, group), state, group, () => 1, true);
  }
}
