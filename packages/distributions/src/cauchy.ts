import type { Shape, Tensor } from '@kasane/tensor-core';
import type { SampleOptions } from './distribution.ts';
import { LocationScale } from './location-scale.ts';
import { uniformNoise } from './noise.ts';
import { noProbability } from './parameter-constraints.ts';
import type { DistributionOptions, Parameter } from './parameters.ts';

/**
 * The Cauchy (Lorentz) distribution, which has no mean and no variance.
 *
 * $$ \log p(x) = -\log \pi \gamma - \log(1 + z^2), \quad z = (x - x_0) / \gamma $$
 *
 * Same as `torch.distributions.Cauchy`, except: `cdf` and `icdf` keep their digits in the lower tail.
 *
 * @throws RangeError unless scale > 0.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { Cauchy } from '@kasane/distributions';
 * const p = new Cauchy(0, 1);
 * p.logProb(1).item().toFixed(4); // => -1.8379
 * p.cdf(1).item(); // => 0.75
 * p.mean.item(); // => NaN
 * @category Continuous
 */
export class Cauchy extends LocationScale {
  constructor(loc: Parameter, scale: Parameter, options?: DistributionOptions) {
    super('Cauchy', loc, scale, options);
  }

  /** NaN: there is none. */
  override get mean(): Tensor {
    return this.loc.mul(0).add(Number.NaN);
  }
  /** Infinity. */
  get variance(): Tensor {
    return this.loc.mul(0).add(Infinity);
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    return this.icdf(uniformNoise(this.shapeOf(sampleShape), this.like, options));
  }

  // log(1 + z²) = 2 log |z| + log(1 + z⁻²) where z² would overflow
  logProb(value: Tensor | number): Tensor {
    const z = this.standard(value).abs();
    const far = z.greater(1);
    const small = far.where(1, z);
    const large = far.where(z, 1);
    const tail = large.log().mul(2).add(large.reciprocal().square().log1p());
    const log = far.where(tail, small.square().log1p());
    return log.add(this.scale.mul(Math.PI).log()).neg();
  }

  // ½ + atan(z)/π, below the middle atan2(1, -z)/π
  override cdf(value: Tensor | number): Tensor {
    const z = this.standard(value);
    return z.newFull(z.shape, 1).atan2(z.neg()).div(Math.PI);
  }

  // tan(π (p - ½)) = -1 / tan πp = 1 / tan(π (1 - p))
  override icdf(p: Tensor | number): Tensor {
    const q = this.asValue(p);
    const [below, above] = [q.lessEqual(0.25), q.greaterEqual(0.75)];
    const tail = below
      .where(q, above.where(q.neg().add(1), 0.25))
      .mul(Math.PI)
      .tan()
      .reciprocal();
    const rest = below.logicalOr(above).where(0.5, q).sub(0.5).mul(Math.PI).tan();
    const z = below.where(tail.neg(), above.where(tail, rest));
    return noProbability(q).where(Number.NaN, z.mul(this.scale).add(this.loc));
  }

  override entropy(): Tensor {
    return this.scale.mul(4 * Math.PI).log();
  }
}
