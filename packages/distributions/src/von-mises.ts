import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { positive, real } from './constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { drawn, vonMisesDraw } from './ops/draws.ts';
import { besselRatio, logScaledBesselI0, vonMisesProbability } from './ops/special.ts';
import { numericParameters, type DistributionOptions, type Parameter } from './parameters.ts';

const LOG_TWO_PI = Math.log(2 * Math.PI);

/**
 * Von Mises' distribution of angles, in radians.
 *
 * $$ \log p(x) = \kappa \cos(x - \mu) - \log 2\pi I_0(\kappa), \quad \mathrm{E}[x] = \mu $$
 *
 * Same as `torch.distributions.VonMises`: draws are from -π to π, and the variance is the circular one; it has a `cdf` and an
 * entropy too. The cdf goes from loc - π to loc + π.
 *
 * @throws RangeError unless concentration > 0.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { VonMises } from '@kasane/distributions';
 * const p = new VonMises(0, 2);
 * p.logProb(1).item().toFixed(4); // => -1.5813
 * p.cdf(0).item(); // => 0.5
 * @category Continuous
 */
export class VonMises extends Distribution {
  /** The likeliest angle. */
  readonly loc: Tensor;
  /** Near 0 all angles are as likely; one over the variance where it is large. */
  readonly concentration: Tensor;

  constructor(loc: Parameter, concentration: Parameter, options?: DistributionOptions) {
    const { validateArgs = true } = optionsOf('VonMises', options, ['validateArgs']);
    const given = numericParameters(
      'VonMises',
      { loc: [loc, real], concentration: [concentration, positive] },
      validateArgs,
    );
    super('VonMises', given.loc);
    this.loc = given.loc;
    this.concentration = given.concentration;
  }

  get support(): Constraint {
    return real;
  }
  get mean(): Tensor {
    return this.loc;
  }
  override get mode(): Tensor {
    return this.loc;
  }
  /** The circular variance 1 - I₁(κ)/I₀(κ). */
  get variance(): Tensor {
    return besselRatio(this.concentration).neg().add(1);
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const x = drawn(vonMisesDraw, [this.concentration], sampleShape, options).add(this.loc);
    const turns = x
      .add(Math.PI)
      .div(2 * Math.PI)
      .floor();
    return x.sub(turns.mul(2 * Math.PI));
  }

  // κ (cos d - 1) = -2κ sin²(d/2) keeps its digits where κ is large.
  logProb(value: Tensor | number): Tensor {
    const { concentration: k } = this;
    const half = this.asValue(value).sub(this.loc).mul(0.5);
    return half.sin().square().mul(k).mul(-2).sub(logScaledBesselI0(k)).sub(LOG_TWO_PI);
  }

  override cdf(value: Tensor | number): Tensor {
    const apart = this.asValue(value).sub(this.loc).clamp(-Math.PI, Math.PI);
    return vonMisesProbability(expandTo(this.concentration, apart.shape), apart);
  }

  override entropy(): Tensor {
    const { concentration: k } = this;
    return logScaledBesselI0(k)
      .add(k.mul(besselRatio(k).neg().add(1)))
      .add(LOG_TWO_PI);
  }

  expand(batchShape: Shape): VonMises {
    this.requireExpandable(batchShape);
    const [loc, k] = [this.loc, this.concentration].map((x) => expandTo(x, batchShape));
    return new VonMises(loc!, k!, { validateArgs: false });
  }
}
