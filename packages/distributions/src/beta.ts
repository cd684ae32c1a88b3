import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { positive, unitInterval } from './constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { betaDraw, drawn } from './ops/draws.ts';
import { betaLogDensity, digammaDifference, incompleteBeta, logBeta } from './ops/special.ts';
import { numericParameters, type DistributionOptions, type Parameter } from './parameters.ts';

/**
 * The beta distribution of numbers from 0 to 1.
 *
 * $$ \log p(x) = (a - 1) \log x + (b - 1) \log(1 - x) - \log B(a, b), \quad \mathrm{E}[x] = \frac a{a + b} $$
 *
 * Same as `torch.distributions.Beta`; `rsample` has implicit gradients. At 0 and 1 the density is the limit, so that Beta(1, 1)
 * has the log density 0 there.
 *
 * @throws RangeError unless both parameters are greater than 0.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { Beta } from '@kasane/distributions';
 * const p = new Beta(2, 3);
 * p.mean.item().toFixed(4); // => 0.4000
 * p.logProb(0.5).item().toFixed(4); // => 0.4055
 * new Beta(1, 1).logProb(0).item(); // => 0
 * @see https://arxiv.org/abs/1805.08498
 * @category Continuous
 */
export class Beta extends Distribution {
  /** a, which draws to 1. */
  readonly concentration1: Tensor;
  /** b, which draws to 0. */
  readonly concentration0: Tensor;

  constructor(concentration1: Parameter, concentration0: Parameter, options?: DistributionOptions) {
    const { validateArgs = true } = optionsOf('Beta', options, ['validateArgs']);
    const given = numericParameters(
      'Beta',
      {
        concentration1: [concentration1, positive],
        concentration0: [concentration0, positive],
      },
      validateArgs,
    );
    super('Beta', given.concentration1);
    this.concentration1 = given.concentration1;
    this.concentration0 = given.concentration0;
  }

  override get hasRsample(): boolean {
    return true;
  }
  get support(): Constraint {
    return unitInterval;
  }
  get #total(): Tensor {
    return this.concentration1.add(this.concentration0);
  }
  get mean(): Tensor {
    return this.concentration1.div(this.#total);
  }
  /** (a - 1) / (a + b - 2), at a bound where one is not above 1; NaN where all are as likely. */
  override get mode(): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    const [more, less] = [a.sub(1).clamp(0), b.sub(1).clamp(0)];
    const inside = more.div(more.add(less));
    const open = a.less(1).logicalAnd(b.less(1));
    return open.where(a.greaterEqual(b).cast(a.dtype), inside);
  }
  get variance(): Tensor {
    const total = this.#total;
    const product = this.concentration1.mul(this.concentration0);
    return product.div(total.square().mul(total.add(1)));
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const parameters = [this.concentration1, this.concentration0];
    return drawn(betaDraw, parameters, sampleShape, options);
  }

  logProb(value: Tensor | number): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    return betaLogDensity(a, b, this.asValue(value));
  }

  override cdf(value: Tensor | number): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    return incompleteBeta(a, b, this.asValue(value).clamp(0, 1));
  }

  // log B(a, b) - (a - 1)(ψ(a) - ψ(a + b)) - (b - 1)(ψ(b) - ψ(a + b))
  override entropy(): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    return logBeta(a, b)
      .add(a.sub(1).mul(digammaDifference(a, b)))
      .add(b.sub(1).mul(digammaDifference(b, a)));
  }

  expand(batchShape: Shape): Beta {
    this.requireExpandable(batchShape);
    const [a, b] = [this.concentration1, this.concentration0].map((x) => expandTo(x, batchShape));
    return new Beta(a!, b!, { validateArgs: false });
  }
}
