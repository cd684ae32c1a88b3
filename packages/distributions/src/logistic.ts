import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { positive, real } from './constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { logisticNoise } from './noise.ts';
import { numericParameters, type DistributionOptions, type Parameter } from './parameters.ts';

/**
 * The logistic distribution, whose cumulative probability is the sigmoid.
 *
 * $$ \log p(x) = -z - 2 \log(1 + e^{-z}) - \log s, \quad z = (x - \mu) / s $$
 *
 * PyTorch makes it as a transformed uniform distribution; the name is TensorFlow Probability's. Throws RangeError unless
 * scale > 0.
 *
 * @example
 * import { Logistic } from '@kasane/distributions';
 * const p = new Logistic(0, 1);
 * p.logProb(0).item().toFixed(4); // => -1.3863
 * p.cdf(0).item(); // => 0.5
 * @category Continuous
 */
export class Logistic extends Distribution {
  /** The middle. */
  readonly loc: Tensor;
  /** The width: the variance is π²/3 times its square. */
  readonly scale: Tensor;

  constructor(loc: Parameter, scale: Parameter, options?: DistributionOptions) {
    const { validateArgs = true } = optionsOf('Logistic', options, ['validateArgs']);
    const given = numericParameters(
      'Logistic',
      { loc: [loc, real], scale: [scale, positive] },
      validateArgs,
    );
    super('Logistic', given.loc);
    this.loc = given.loc;
    this.scale = given.scale;
  }

  override get hasRsample(): boolean {
    return true;
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
  get variance(): Tensor {
    return this.scale.square().mul(Math.PI ** 2 / 3);
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const noise = logisticNoise(this.shapeOf(sampleShape), this.like, options);
    return noise.mul(this.scale).add(this.loc);
  }

  // By |z|, for the density is even.
  logProb(value: Tensor | number): Tensor {
    const z = this.#standard(value).abs();
    return z.add(z.neg().softplus().mul(2)).add(this.scale.log()).neg();
  }

  override cdf(value: Tensor | number): Tensor {
    return this.#standard(value).sigmoid();
  }

  override icdf(p: Tensor | number): Tensor {
    const q = this.asValue(p);
    return q.log().sub(q.neg().log1p()).mul(this.scale).add(this.loc);
  }

  override entropy(): Tensor {
    return this.scale.log().add(2);
  }

  expand(batchShape: Shape): Logistic {
    this.requireExpandable(batchShape);
    const [a, b] = [this.loc, this.scale].map((x) => expandTo(x, batchShape));
    return new Logistic(a!, b!, { validateArgs: false });
  }

  /** The value in units of the scale. */
  #standard(value: Tensor | number): Tensor {
    return this.asValue(value).sub(this.loc).div(this.scale);
  }
}
