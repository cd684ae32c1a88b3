import type { Shape, Tensor } from '@kasane/tensor-core';
import type { SampleOptions } from './distribution.ts';
import { LocationScale } from './location-scale.ts';
import { logisticNoise } from './noise.ts';
import type { DistributionOptions, Parameter } from './parameters.ts';

/**
 * The logistic distribution, whose cumulative probability is the sigmoid.
 *
 * $$ \log p(x) = -z - 2 \log(1 + e^{-z}) - \log s, \quad z = (x - \mu) / s, \quad \mathrm{E}[x] = \mu $$
 *
 * PyTorch makes it as a transformed uniform distribution; the name is TensorFlow Probability's.
 *
 * @throws RangeError unless scale > 0.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { Logistic } from '@kasane/distributions';
 * const p = new Logistic(0, 1);
 * p.logProb(0).item().toFixed(4); // => -1.3863
 * p.cdf(0).item(); // => 0.5
 * @category Continuous
 */
export class Logistic extends LocationScale {
  constructor(loc: Parameter, scale: Parameter, options?: DistributionOptions) {
    super('Logistic', loc, scale, options);
  }

  get variance(): Tensor {
    return this.scale.square().mul(Math.PI ** 2 / 3);
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const noise = logisticNoise(this.shapeOf(sampleShape), this.like, options);
    return noise.mul(this.scale).add(this.loc);
  }

  // By |z|, for the density is even.
  logProb(value: Tensor | number): Tensor {
    const z = this.standard(value).abs();
    return z.add(z.neg().softplus().mul(2)).add(this.scale.log()).neg();
  }

  override cdf(value: Tensor | number): Tensor {
    return this.standard(value).sigmoid();
  }

  override icdf(p: Tensor | number): Tensor {
    const q = this.asValue(p);
    return q.log().sub(q.neg().log1p()).mul(this.scale).add(this.loc);
  }

  override entropy(): Tensor {
    return this.scale.log().add(2);
  }
}
