import { formatShape, optionsOf, ShapeError, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { simplex } from './constraints.ts';
import { notOf, positiveVector } from './parameter-constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { dirichletDraw, drawn } from './ops/draws.ts';
import { digamma, lgamma, xlogy } from './ops/special.ts';
import { asTensors, checkValues, type DistributionOptions } from './parameters.ts';

/**
 * The Dirichlet distribution of vectors of probabilities, along the last dim.
 *
 * $$ \log p(x) = \sum (a_i - 1) \log x_i - \sum \log \Gamma(a_i) + \log \Gamma(\textstyle\sum a_i), \quad \mathrm{E}[x_i] = a_i / \textstyle\sum a_j $$
 *
 * Same as `torch.distributions.Dirichlet`; `rsample` has implicit gradients.
 *
 * @throws RangeError unless all of `concentration` (…, n) are greater than 0.
 * @throws {@link ShapeError} without a last dimension.
 *
 * @example
 * import { Dirichlet } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new Dirichlet(tensor([1, 2, 3]));
 * p.mean.toArray(); // => [0.166667,0.333333,0.5]
 * p.logProb(tensor([0.2, 0.3, 0.5])).item().toFixed(4); // => 1.5041
 * @see https://arxiv.org/abs/1805.08498
 * @category Multivariate
 */
export class Dirichlet extends Distribution {
  /** (…batchShape, n) */
  readonly concentration: Tensor;

  constructor(concentration: Tensor, options?: DistributionOptions) {
    const { validateArgs = true } = optionsOf('Dirichlet', options, ['validateArgs']);
    const [a] = asTensors('Dirichlet', { concentration }) as [Tensor]; // as many
    if (a.ndim === 0 || a.shape.at(-1) === 0) {
      throw new ShapeError(
        `Dirichlet: concentration must have a last dimension, got shape ${formatShape(a.shape)}.`,
      );
    }
    if (validateArgs) checkValues('Dirichlet', 'concentration', a, positiveVector);
    super('Dirichlet', a, a.shape.slice(0, -1), a.shape.slice(-1));
    this.concentration = a;
  }

  override get hasRsample(): boolean {
    return true;
  }
  get support(): Constraint {
    return simplex;
  }
  get #total(): Tensor {
    return this.concentration.sum(-1, { keepdim: true });
  }
  get mean(): Tensor {
    return this.concentration.div(this.#total);
  }
  /** (a - 1) / Σ (a - 1), with those below 1 counted as 1; a corner where all are below. */
  override get mode(): Tensor {
    const { concentration: a } = this;
    const above = a.sub(1).clamp(0);
    const inside = above.div(above.sum(-1, { keepdim: true }));
    const open = a.less(1).all(-1, { keepdim: true });
    return open.where(a.argmax(-1).oneHot(this.eventShape[0]!).cast(a.dtype), inside);
  }
  get variance(): Tensor {
    const { concentration: a } = this;
    const total = this.#total;
    return a.mul(total.sub(a)).div(total.square().mul(total.add(1)));
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const { eventShape } = this;
    const shape = { eventDim: 1, eventShape } as const;
    return drawn(dirichletDraw, [this.concentration], sampleShape, options, shape);
  }

  logProb(value: Tensor | number): Tensor {
    const { concentration: a } = this;
    const x = this.asValue(value);
    const outside = notOf(simplex, x);
    const safe = outside.unsqueeze(-1).where(1 / this.eventShape[0]!, x);
    const inside = xlogy(a.sub(1), safe)
      .sub(lgamma(a))
      .sum(-1)
      .add(lgamma(a.sum(-1)));
    return outside.where(-Infinity, inside);
  }

  override entropy(): Tensor {
    const { concentration: a } = this;
    const total = a.sum(-1);
    const n = this.eventShape[0]!;
    return lgamma(a)
      .sum(-1)
      .sub(lgamma(total))
      .sub(total.neg().add(n).mul(digamma(total)))
      .sub(a.sub(1).mul(digamma(a)).sum(-1));
  }

  expand(batchShape: Shape): Dirichlet {
    this.requireExpandable(batchShape);
    const a = expandTo(this.concentration, [...batchShape, ...this.eventShape]);
    return new Dirichlet(a, { validateArgs: false });
  }
}
