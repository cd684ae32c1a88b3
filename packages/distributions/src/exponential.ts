import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { nonnegative, positive } from './constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { uniformNoise } from './noise.ts';
import { noProbability } from './parameter-constraints.ts';
import { numericParameters, type DistributionOptions, type Parameter } from './parameters.ts';

/**
 * The exponential distribution of waiting times.
 *
 * $$ \log p(x) = \log \lambda - \lambda x, \quad \mathrm{E}[x] = 1 / \lambda $$
 *
 * Same as `torch.distributions.Exponential`.
 *
 * @throws RangeError unless rate > 0.
 *
 * @example
 * import { Exponential } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new Exponential(2);
 * p.logProb(tensor([1, -1])).toArray(); // => [-1.306853,-Infinity]
 * p.cdf(1).item().toFixed(4); // => 0.8647
 * @category Continuous
 */
export class Exponential extends Distribution {
  /** One over the mean. */
  readonly rate: Tensor;

  constructor(rate: Parameter, options?: DistributionOptions) {
    const { validateArgs = true } = optionsOf('Exponential', options, ['validateArgs']);
    const given = numericParameters('Exponential', { rate: [rate, positive] }, validateArgs);
    super('Exponential', given.rate);
    this.rate = given.rate;
  }

  override get hasRsample(): boolean {
    return true;
  }
  get support(): Constraint {
    return nonnegative;
  }
  get mean(): Tensor {
    return this.rate.reciprocal();
  }
  override get mode(): Tensor {
    return this.rate.mul(0);
  }
  get variance(): Tensor {
    return this.rate.square().reciprocal();
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const noise = uniformNoise(this.shapeOf(sampleShape), this.like, options);
    return noise.log().neg().div(this.rate);
  }

  logProb(value: Tensor | number): Tensor {
    const x = this.asValue(value);
    const outside = x.less(0);
    const inside = this.rate.log().sub(this.rate.mul(outside.where(0, x)));
    return outside.where(-Infinity, inside);
  }

  override cdf(value: Tensor | number): Tensor {
    return this.asValue(value).clamp(0).mul(this.rate).neg().expm1().neg();
  }

  override icdf(p: Tensor | number): Tensor {
    const q = this.asValue(p);
    return noProbability(q).where(Number.NaN, q.neg().log1p().neg().div(this.rate));
  }

  override entropy(): Tensor {
    return this.rate.log().neg().add(1);
  }

  expand(batchShape: Shape): Exponential {
    this.requireExpandable(batchShape);
    const [a] = [this.rate].map((x) => expandTo(x, batchShape));
    return new Exponential(a!, { validateArgs: false });
  }
}
