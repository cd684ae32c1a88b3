import type { Shape, Tensor } from '@kasane/tensor-core';
import type { SampleOptions } from './distribution.ts';
import { LocationScale } from './location-scale.ts';
import { gumbelNoise } from './noise.ts';
import type { DistributionOptions, Parameter } from './parameters.ts';

/** -ψ(1) */
export const EULER = 0.5772156649015329;
/** Beyond these eˣ overflows. */
const LARGEST_EXPONENT = { float32: 88, float64: 709 };

/**
 * The Gumbel distribution, of the largest of many numbers.
 *
 * $$ \log p(x) = -z - e^{-z} - \log \beta, \quad z = (x - \mu) / \beta, \quad \mathrm{E}[x] = \mu + 0.5772 \, \beta $$
 *
 * Same as `torch.distributions.Gumbel`.
 *
 * @throws RangeError unless scale > 0.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { Gumbel } from '@kasane/distributions';
 * const p = new Gumbel(1, 2);
 * p.mean.item().toFixed(4); // => 2.1544
 * p.logProb(1).item().toFixed(4); // => -1.6931
 * @category Continuous
 */
export class Gumbel extends LocationScale {
  constructor(loc: Parameter, scale: Parameter, options?: DistributionOptions) {
    super('Gumbel', loc, scale, options);
  }

  override get mean(): Tensor {
    return this.scale.mul(EULER).add(this.loc);
  }
  get variance(): Tensor {
    return this.scale.square().mul(Math.PI ** 2 / 6);
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const noise = gumbelNoise(this.shapeOf(sampleShape), this.like, options);
    return noise.mul(this.scale).add(this.loc);
  }

  logProb(value: Tensor | number): Tensor {
    const z = this.standard(value);
    // So far below, where e⁻ᶻ overflows, the slope would be NaN.
    const far = z.less(-LARGEST_EXPONENT[z.dtype === 'float64' ? 'float64' : 'float32']);
    const y = far.where(0, z);
    const inside = y.add(y.neg().exp()).add(this.scale.log()).neg();
    return far.where(-Infinity, inside);
  }

  // e^(-e⁻ᶻ)
  override cdf(value: Tensor | number): Tensor {
    return this.standard(value).neg().exp().neg().exp();
  }

  override icdf(p: Tensor | number): Tensor {
    return this.asValue(p).log().neg().log().neg().mul(this.scale).add(this.loc);
  }

  override entropy(): Tensor {
    return this.scale.log().add(1 + EULER);
  }
}
