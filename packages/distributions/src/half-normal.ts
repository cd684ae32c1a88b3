import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { nonnegative, positive } from './constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { HALF_LOG_TWO_PI } from './math/gamma.ts';
import { normalNoise } from './noise.ts';
import { truncatedQuantile } from './ops/special.ts';
import { numericParameters, type DistributionOptions, type Parameter } from './parameters.ts';

/**
 * The absolute value of a normal distribution around 0.
 *
 * $$ \log p(x) = \tfrac12 \log \tfrac 2\pi - \log \sigma - \tfrac12 (x / \sigma)^2, \quad \mathrm{E}[x] = \sigma \sqrt{2 / \pi} $$
 *
 * Same as `torch.distributions.HalfNormal`.
 *
 * @throws RangeError unless scale > 0.
 *
 * @example
 * import { HalfNormal } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * new HalfNormal(1).logProb(tensor([0, -1])).toArray(); // => [-0.225791,-Infinity]
 * @category Continuous
 */
export class HalfNormal extends Distribution {
  /** The standard deviation before the absolute value is taken. */
  readonly scale: Tensor;

  constructor(scale: Parameter, options?: DistributionOptions) {
    const { validateArgs = true } = optionsOf('HalfNormal', options, ['validateArgs']);
    const given = numericParameters('HalfNormal', { scale: [scale, positive] }, validateArgs);
    super('HalfNormal', given.scale);
    this.scale = given.scale;
  }

  override get hasRsample(): boolean {
    return true;
  }
  get support(): Constraint {
    return nonnegative;
  }
  get mean(): Tensor {
    return this.scale.mul(Math.sqrt(2 / Math.PI));
  }
  override get mode(): Tensor {
    return this.scale.mul(0);
  }
  get variance(): Tensor {
    return this.scale.square().mul(1 - 2 / Math.PI);
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    return normalNoise(this.shapeOf(sampleShape), this.like, options).abs().mul(this.scale);
  }

  logProb(value: Tensor | number): Tensor {
    const x = this.asValue(value);
    const outside = x.less(0);
    const z = outside.where(0, x).div(this.scale);
    const log = z.square().mul(-0.5).sub(this.scale.log());
    return outside.where(-Infinity, log.add(Math.LN2 - HALF_LOG_TWO_PI));
  }

  override cdf(value: Tensor | number): Tensor {
    const z = this.asValue(value).clamp(0).div(this.scale);
    return z.mul(Math.SQRT1_2).erf();
  }

  override icdf(p: Tensor | number): Tensor {
    const q = this.asValue(p);
    return truncatedQuantile(q, q.newFull([], 0), q.newFull([], Infinity)).mul(this.scale);
  }

  override entropy(): Tensor {
    return this.scale.log().add(0.5 + HALF_LOG_TWO_PI - Math.LN2);
  }

  expand(batchShape: Shape): HalfNormal {
    this.requireExpandable(batchShape);
    const [a] = [this.scale].map((x) => expandTo(x, batchShape));
    return new HalfNormal(a!, { validateArgs: false });
  }
}
