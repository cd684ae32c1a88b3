import {
  formatShape,
  sameShape,
  ShapeError,
  shown,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { Categorical } from './categorical.ts';
import type { Constraint } from './constraint.ts';
import { Distribution, requireDistribution, type SampleOptions } from './distribution.ts';

/**
 * A mixture of distributions of one family: the components are along the last batch dim of `component`, and `mixture`
 * chooses among them.
 *
 * $$ p(x) = \sum_i w_i \, p_i(x), \quad \mathrm{E}[x] = \sum_i w_i \, \mathrm{E}_i[x] $$
 *
 * | | |
 * | --- | --- |
 * | mixture | batch (…batchShape), n categories |
 * | component | batch (…batchShape, n) |
 *
 * Same as `torch.distributions.MixtureSameFamily`.
 *
 * @throws {@link ShapeError} unless the shapes fit.
 *
 * @example
 * import { Categorical, MixtureSameFamily, Normal } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const weights = new Categorical({ probs: tensor([0.3, 0.7]) });
 * const p = new MixtureSameFamily(weights, new Normal(tensor([-1, 2]), 1));
 * p.mean.item().toFixed(4); // => 1.1000
 * p.logProb(0).item().toFixed(4); // => -2.2038
 * @category Base
 */
export class MixtureSameFamily extends Distribution {
  /** The weights. */
  readonly mixtureDistribution: Categorical;
  /** The components. */
  readonly componentDistribution: Distribution;

  constructor(mixture: Categorical, component: Distribution) {
    if (!(mixture instanceof Categorical)) {
      throw new TypeError(
        `MixtureSameFamily: mixture must be a Categorical, got ${shown(mixture)}.`,
      );
    }
    requireDistribution('MixtureSameFamily', 'component', component);
    const batch = component.batchShape.slice(0, -1);
    const count = component.batchShape.at(-1);
    if (count !== mixture.numEvents || !sameShape(mixture.batchShape, batch)) {
      throw new ShapeError(
        `MixtureSameFamily: the components' batch must be that of the mixture and its ${mixture.numEvents} categories, got ${formatShape(component.batchShape)} beside ${formatShape(mixture.batchShape)}.`,
      );
    }
    super('MixtureSameFamily', component.like, batch, component.eventShape);
    this.mixtureDistribution = mixture;
    this.componentDistribution = component;
  }

  get support(): Constraint {
    return this.componentDistribution.support;
  }
  get mean(): Tensor {
    return this.#weighted(this.componentDistribution.mean);
  }
  // The mean of the variances and the variance of the means.
  get variance(): Tensor {
    const { mean, variance } = this.componentDistribution;
    const apart = mean.sub(this.mean.unsqueeze(this.batchShape.length));
    return this.#weighted(variance).add(this.#weighted(apart.square()));
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const chosen = this.mixtureDistribution.sample(sampleShape, options); // (…sample, …batch)
    const all = this.componentDistribution.sample(sampleShape, options); // (…sample, …batch, n, …event)
    const { length } = chosen.shape;
    const index = chosen.reshape([...chosen.shape, 1, ...this.eventShape.map(() => 1)]);
    return all.takeAlongDim(index, length).squeeze(length);
  }

  logProb(value: Tensor | number): Tensor {
    const x = this.#beside(value);
    const terms = this.componentDistribution.logProb(x).add(this.mixtureDistribution.logits);
    // Where no component has it, the shares of the gradient would be NaN.
    const outside = terms.max(-1).equal(-Infinity);
    const safe = outside.unsqueeze(-1).where(0, terms);
    return outside.where(-Infinity, safe.logSumExp(-1));
  }

  override cdf(value: Tensor | number): Tensor {
    const below = this.componentDistribution.cdf(this.#beside(value));
    return below.mul(this.mixtureDistribution.probs).sum(-1);
  }

  expand(batchShape: Shape): MixtureSameFamily {
    this.requireExpandable(batchShape);
    const { mixtureDistribution: mixture, componentDistribution: component } = this;
    const all = component.expand([...batchShape, mixture.numEvents]);
    return new MixtureSameFamily(mixture.expand(batchShape), all);
  }

  /** A value beside the components. */
  #beside(value: Tensor | number): Tensor {
    const x = this.asValue(value);
    return x.unsqueeze(x.ndim - this.eventShape.length);
  }

  /** The mean over components of (…batch, n, …event). */
  #weighted(x: Tensor): Tensor {
    const { probs } = this.mixtureDistribution;
    const weights = probs.reshape([...probs.shape, ...this.eventShape.map(() => 1)]);
    return x.mul(weights).sum(this.batchShape.length);
  }
}
