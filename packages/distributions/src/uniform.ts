import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { positive } from './constraints.ts';
import { between, finite, noProbability } from './parameter-constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { uniformNoise } from './noise.ts';
import {
  checkValues,
  numericParameters,
  type DistributionOptions,
  type Parameter,
} from './parameters.ts';

/**
 * Every number from `low` to `high` is as likely.
 *
 * $$ \log p(x) = -\log(\mathrm{high} - \mathrm{low}), \quad \mathrm{E}[x] = \tfrac12 (\mathrm{low} + \mathrm{high}) $$
 *
 * Same as `torch.distributions.Uniform`, except: `high` belongs to the support, for rounding reaches it. Throws
 * RangeError unless low < high are finite, ShapeError if the parameters do not broadcast.
 *
 * @example
 * import { Uniform } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new Uniform(-1, 3);
 * p.logProb(tensor([0, 5])).toArray(); // => [-1.386294,-Infinity]
 * p.cdf(0).item(); // => 0.25
 * @category Continuous
 */
export class Uniform extends Distribution {
  /** The smallest value. */
  readonly low: Tensor;
  /** The largest value. */
  readonly high: Tensor;

  constructor(low: Parameter, high: Parameter, options?: DistributionOptions) {
    const { validateArgs = true } = optionsOf('Uniform', options, ['validateArgs']);
    const given = numericParameters(
      'Uniform',
      { low: [low, finite], high: [high, finite] },
      validateArgs,
    );
    super('Uniform', given.low);
    this.low = given.low;
    this.high = given.high;
    if (validateArgs) checkValues('Uniform', 'high - low', this.#range, positive);
  }

  override get hasRsample(): boolean {
    return true;
  }
  get support(): Constraint {
    return between(this.low, this.high);
  }
  get mean(): Tensor {
    return this.low.add(this.high).mul(0.5);
  }
  /** NaN: all are as likely. */
  override get mode(): Tensor {
    return this.low.mul(0).add(Number.NaN);
  }
  get variance(): Tensor {
    return this.#range.square().div(12);
  }
  get #range(): Tensor {
    return this.high.sub(this.low);
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    return uniformNoise(this.shapeOf(sampleShape), this.low, options)
      .mul(this.#range)
      .add(this.low);
  }

  logProb(value: Tensor | number): Tensor {
    const x = this.asValue(value);
    const outside = x.less(this.low).logicalOr(x.greater(this.high));
    // Plus 0 of x, so that NaN stays NaN.
    const inside = this.#range.log().neg().add(outside.where(0, x).mul(0));
    return outside.where(-Infinity, inside);
  }

  override cdf(value: Tensor | number): Tensor {
    return this.asValue(value).sub(this.low).div(this.#range).clamp(0, 1);
  }

  override icdf(p: Tensor | number): Tensor {
    const q = this.asValue(p);
    return noProbability(q).where(Number.NaN, q.mul(this.#range).add(this.low));
  }

  override entropy(): Tensor {
    return this.#range.log();
  }

  expand(batchShape: Shape): Uniform {
    this.requireExpandable(batchShape);
    const [low, high] = [expandTo(this.low, batchShape), expandTo(this.high, batchShape)];
    return new Uniform(low, high, { validateArgs: false });
  }
}
