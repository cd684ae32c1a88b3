import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { nonnegative, positive } from './constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { drawn, gammaDraw } from './ops/draws.ts';
import { digamma, gammaLogDensity, lgamma, lowerGamma } from './ops/special.ts';
import { numericParameters, type DistributionOptions, type Parameter } from './parameters.ts';

/**
 * The gamma distribution.
 *
 * $$ \log p(x) = a \log b + (a - 1) \log x - b x - \log \Gamma(a), \quad \mathrm{E}[x] = a / b $$
 *
 * Same as `torch.distributions.Gamma`; `rsample` has implicit gradients. At 0 the density is the limit: 0, the rate or
 * infinite.
 *
 * @throws RangeError unless both parameters are greater than 0.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { Gamma } from '@kasane/distributions';
 * const p = new Gamma(2, 0.5);
 * [p.mean.item(), p.variance.item()]; // => [4,8]
 * p.logProb(3).item().toFixed(4); // => -1.7877
 * p.cdf(3).item().toFixed(4); // => 0.4422
 * @see https://arxiv.org/abs/1805.08498
 * @category Continuous
 */
export class Gamma extends Distribution {
  /** The shape a. */
  readonly concentration: Tensor;
  /** The rate b, one over the scale. */
  readonly rate: Tensor;

  constructor(concentration: Parameter, rate: Parameter, options?: DistributionOptions) {
    const { validateArgs = true } = optionsOf('Gamma', options, ['validateArgs']);
    const given = numericParameters(
      'Gamma',
      { concentration: [concentration, positive], rate: [rate, positive] },
      validateArgs,
    );
    super('Gamma', given.rate);
    this.concentration = given.concentration;
    this.rate = given.rate;
  }

  override get hasRsample(): boolean {
    return true;
  }
  get support(): Constraint {
    return nonnegative;
  }
  get mean(): Tensor {
    return this.concentration.div(this.rate);
  }
  override get mode(): Tensor {
    return this.concentration.sub(1).clamp(0).div(this.rate);
  }
  get variance(): Tensor {
    return this.concentration.div(this.rate.square());
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    return drawn(gammaDraw, [this.concentration], sampleShape, options).div(this.rate);
  }

  logProb(value: Tensor | number): Tensor {
    const { concentration: a, rate: b } = this;
    const x = this.asValue(value);
    return x.less(0).where(-Infinity, gammaLogDensity(a, x.mul(b)).add(b.log()));
  }

  override cdf(value: Tensor | number): Tensor {
    const { concentration: a, rate: b } = this;
    return lowerGamma(a, this.asValue(value).mul(b));
  }

  override entropy(): Tensor {
    const { concentration: a, rate: b } = this;
    return a
      .sub(b.log())
      .add(lgamma(a))
      .add(a.neg().add(1).mul(digamma(a)));
  }

  expand(batchShape: Shape): Gamma {
    this.requireExpandable(batchShape);
    const [a, b] = [this.concentration, this.rate].map((x) => expandTo(x, batchShape));
    return new Gamma(a!, b!, { validateArgs: false });
  }
}
