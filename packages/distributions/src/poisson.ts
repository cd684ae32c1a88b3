import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { nonnegative, nonnegativeInteger } from './constraints.ts';
import { noCount } from './parameter-constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { drawn, poissonDraw } from './ops/draws.ts';
import { gammaLogDensity, upperGamma } from './ops/special.ts';
import { numericParameters, type DistributionOptions, type Parameter } from './parameters.ts';

/**
 * Poisson's distribution of counts.
 *
 * $$ \log p(k) = k \log \lambda - \lambda - \log k!, \quad \mathrm{E}[k] = \lambda $$
 *
 * Same as `torch.distributions.Poisson`; it has a `cdf` too. A rate of 0 always gives 0.
 *
 * @throws RangeError unless rate ≥ 0.
 *
 * @example
 * import { Poisson } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new Poisson(3);
 * p.logProb(tensor([2, 2.5])).toArray(); // => [-1.495923,-Infinity]
 * p.cdf(2).item().toFixed(4); // => 0.4232
 * @category Discrete
 */
export class Poisson extends Distribution {
  /** The mean. */
  readonly rate: Tensor;

  constructor(rate: Parameter, options?: DistributionOptions) {
    const { validateArgs = true } = optionsOf('Poisson', options, ['validateArgs']);
    const given = numericParameters('Poisson', { rate: [rate, nonnegative] }, validateArgs);
    super('Poisson', given.rate);
    this.rate = given.rate;
  }

  get support(): Constraint {
    return nonnegativeInteger;
  }
  get mean(): Tensor {
    return this.rate;
  }
  override get mode(): Tensor {
    return this.rate.floor();
  }
  get variance(): Tensor {
    return this.rate;
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    return drawn(poissonDraw, [this.rate], sampleShape, options);
  }

  // As a function of the rate it is the density of Gamma(k + 1, 1).
  logProb(value: Tensor | number): Tensor {
    const k = this.asValue(value);
    const outside = noCount(k);
    const inside = gammaLogDensity(outside.where(0, k).add(1), this.rate);
    return outside.where(-Infinity, inside);
  }

  override cdf(value: Tensor | number): Tensor {
    const k = this.asValue(value).floor();
    const [below, above] = [k.less(0), k.equal(Infinity)];
    const safe = below.logicalOr(above).where(0, k);
    return below.where(0, above.where(1, upperGamma(safe.add(1), this.rate)));
  }

  expand(batchShape: Shape): Poisson {
    this.requireExpandable(batchShape);
    const [a] = [this.rate].map((x) => expandTo(x, batchShape));
    return new Poisson(a!, { validateArgs: false });
  }
}
