import type { Shape, Tensor } from '@kasane/tensor-core';
import type { SampleOptions } from './distribution.ts';
import { LocationScale } from './location-scale.ts';
import { HALF_LOG_TWO_PI } from './math/gamma.ts';
import { normalNoise } from './noise.ts';
import { ndtr, ndtri } from './ops/special.ts';
import type { DistributionOptions, Parameter } from './parameters.ts';

/**
 * The normal (Gaussian) distribution.
 *
 * $$ \log p(x) = -\tfrac12 \left(\tfrac{x - \mu}{\sigma}\right)^2 - \log \sigma - \log \sqrt{2\pi}, \quad \mathrm{E}[x] = \mu $$
 *
 * Same as `torch.distributions.Normal`; `cdf` keeps its digits in the lower tail.
 *
 * @throws RangeError unless scale > 0.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { Normal } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new Normal(tensor([0, 1]), 2);
 * p.logProb(1).toArray(); // => [-1.737086,-1.612086]
 * p.entropy().toArray(); // => [2.112086,2.112086]
 * p.cdf(1).toArray(); // => [0.691462,0.5]
 * @category Continuous
 */
export class Normal extends LocationScale {
  constructor(loc: Parameter, scale: Parameter, options?: DistributionOptions) {
    super('Normal', loc, scale, options);
  }

  get variance(): Tensor {
    return this.scale.square();
  }
  override get stddev(): Tensor {
    return this.scale;
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    return normalNoise(this.shapeOf(sampleShape), this.loc, options).mul(this.scale).add(this.loc);
  }

  logProb(value: Tensor | number): Tensor {
    const z = this.standard(value);
    return z.square().mul(-0.5).sub(this.scale.log()).sub(HALF_LOG_TWO_PI);
  }

  override cdf(value: Tensor | number): Tensor {
    return ndtr(this.standard(value));
  }

  override icdf(p: Tensor | number): Tensor {
    return ndtri(this.asValue(p)).mul(this.scale).add(this.loc);
  }

  override entropy(): Tensor {
    return this.scale.log().add(0.5 + HALF_LOG_TWO_PI);
  }
}
