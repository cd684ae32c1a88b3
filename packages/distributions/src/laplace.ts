import type { Shape, Tensor } from '@kasane/tensor-core';
import type { SampleOptions } from './distribution.ts';
import { LocationScale } from './location-scale.ts';
import { uniformNoise } from './noise.ts';
import type { DistributionOptions, Parameter } from './parameters.ts';

/**
 * The Laplace distribution, exponential to both sides.
 *
 * $$ \log p(x) = -|x - \mu| / b - \log 2b, \quad \mathrm{E}[x] = \mu $$
 *
 * Same as `torch.distributions.Laplace`, except: `cdf` and `icdf` keep their digits in the lower tail. Throws
 * RangeError unless scale > 0, ShapeError if the parameters do not broadcast.
 *
 * @example
 * import { Laplace } from '@kasane/distributions';
 * const p = new Laplace(0, 2);
 * p.logProb(3).item().toFixed(4); // => -2.8863
 * p.icdf(p.cdf(-50)).item().toFixed(2); // => -50.00
 * @category Continuous
 */
export class Laplace extends LocationScale {
  constructor(loc: Parameter, scale: Parameter, options?: DistributionOptions) {
    super('Laplace', loc, scale, options);
  }

  get variance(): Tensor {
    return this.scale.square().mul(2);
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    return this.icdf(uniformNoise(this.shapeOf(sampleShape), this.like, options));
  }

  logProb(value: Tensor | number): Tensor {
    return this.standard(value).abs().add(this.scale.mul(2).log()).neg();
  }

  // eᶻ/2 below the middle, 1 - e⁻ᶻ/2 above
  override cdf(value: Tensor | number): Tensor {
    const z = this.standard(value);
    const tail = z.abs().neg().exp().mul(0.5);
    return z.less(0).where(tail, tail.neg().add(1));
  }

  override icdf(p: Tensor | number): Tensor {
    const q = this.asValue(p);
    const below = q.less(0.5);
    const tail = below.where(q, q.neg().add(1)).mul(2).log();
    return below.where(tail, tail.neg()).mul(this.scale).add(this.loc);
  }

  override entropy(): Tensor {
    return this.scale.mul(2).log().add(1);
  }
}
