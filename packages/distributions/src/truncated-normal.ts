import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { positive, real } from './constraints.ts';
import { between } from './parameter-constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { HALF_LOG_TWO_PI } from './math/gamma.ts';
import { uniformNoise } from './noise.ts';
import { normalMass, normalMean, normalVariance, truncatedQuantile } from './ops/special.ts';
import {
  checkValues,
  numericParameters,
  type DistributionOptions,
  type Parameter,
} from './parameters.ts';

/** Options of TruncatedNormal. */
export interface TruncatedNormalDistributionOptions extends DistributionOptions {
  /** The smallest value. Default -Infinity. */
  readonly low?: Parameter;
  /** The largest value. Default Infinity. */
  readonly high?: Parameter;
}

/**
 * The normal distribution of mean `loc` and deviation `scale` without what lies outside of [low, high].
 *
 * $$ \log p(x) = \log \mathcal N(x; \mu, \sigma) - \log(\Phi(b) - \Phi(a)), \quad a = (\mathrm{low} - \mu) / \sigma, \; b = (\mathrm{high} - \mu) / \sigma, \quad \mathrm{E}[x] = \mu + \sigma \frac{\varphi(a) - \varphi(b)}{\Phi(b) - \Phi(a)} $$
 *
 * NumPyro's `TruncatedNormal`, which PyTorch does not have. Digits are kept in windows far out in a tail, and `rsample` has
 * gradients with respect to all four parameters.
 *
 * @throws RangeError unless scale > 0 and low < high.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { TruncatedNormal } from '@kasane/distributions';
 * const p = new TruncatedNormal(0, 1, { low: 8 });
 * p.mean.item().toFixed(4); // => 8.1214
 * p.logProb(7).item(); // => -Infinity
 * @category Continuous
 */
export class TruncatedNormal extends Distribution {
  /** The mean of the whole distribution. */
  readonly loc: Tensor;
  /** The standard deviation of the whole distribution. */
  readonly scale: Tensor;
  /** The smallest value. */
  readonly low: Tensor;
  /** The largest value. */
  readonly high: Tensor;

  constructor(loc: Parameter, scale: Parameter, options?: TruncatedNormalDistributionOptions) {
    const {
      low = -Infinity,
      high = Infinity,
      validateArgs = true,
    } = optionsOf('TruncatedNormal', options, ['low', 'high', 'validateArgs']);
    const given = numericParameters(
      'TruncatedNormal',
      { loc: [loc, real], scale: [scale, positive], low: [low, real], high: [high, real] },
      validateArgs,
    );
    super('TruncatedNormal', given.loc);
    this.loc = given.loc;
    this.scale = given.scale;
    this.low = given.low;
    this.high = given.high;
    if (validateArgs) {
      checkValues('TruncatedNormal', 'high - low', this.high.sub(this.low), positive);
    }
  }

  override get hasRsample(): boolean {
    return true;
  }
  get support(): Constraint {
    return between(this.low, this.high);
  }
  get mean(): Tensor {
    const { a, b } = this.#window();
    return normalMean(a, b).mul(this.scale).add(this.loc);
  }
  override get mode(): Tensor {
    return this.loc.maximum(this.low).minimum(this.high);
  }
  get variance(): Tensor {
    const { a, b } = this.#window();
    return normalVariance(a, b).mul(this.scale.square());
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const u = uniformNoise(this.shapeOf(sampleShape), this.like, options);
    return this.icdf(u);
  }

  logProb(value: Tensor | number): Tensor {
    const x = this.asValue(value);
    const outside = x.less(this.low).logicalOr(x.greater(this.high));
    const z = outside.where(this.loc, x).sub(this.loc).div(this.scale);
    const { a, b } = this.#window();
    const log = z.square().mul(-0.5).sub(this.scale.log()).sub(HALF_LOG_TWO_PI);
    const inside = log.sub(normalMass(a, b));
    return outside.where(-Infinity, inside);
  }

  override cdf(value: Tensor | number): Tensor {
    const x = this.asValue(value);
    const [below, above] = [x.lessEqual(this.low), x.greaterEqual(this.high)];
    const z = below.logicalOr(above).where(this.loc, x).sub(this.loc).div(this.scale);
    const { a, b } = this.#window();
    const inside = normalMass(a, z).sub(normalMass(a, b)).exp();
    return below.where(0, above.where(1, inside));
  }

  override icdf(p: Tensor | number): Tensor {
    const { a, b } = this.#window();
    const x = truncatedQuantile(this.asValue(p), a, b).mul(this.scale).add(this.loc);
    return x.maximum(this.low).minimum(this.high); // rounding may step out
  }

  // log Z + log √(2π) + log σ + (variance + mean²)/2, of the window
  override entropy(): Tensor {
    const { a, b } = this.#window();
    const square = normalVariance(a, b).add(normalMean(a, b).square());
    const logMass = normalMass(a, b);
    return square.mul(0.5).add(logMass).add(this.scale.log()).add(HALF_LOG_TWO_PI);
  }

  expand(batchShape: Shape): TruncatedNormal {
    this.requireExpandable(batchShape);
    const { loc, scale, low, high } = this;
    const [m, s, l, h] = [loc, scale, low, high].map((x) => expandTo(x, batchShape));
    return new TruncatedNormal(m!, s!, { low: l!, high: h!, validateArgs: false });
  }

  /** The bounds in units of the scale. */
  #window(): { readonly a: Tensor; readonly b: Tensor } {
    const [a, b] = [this.low, this.high].map((bound) => {
      const infinite = bound.abs().equal(Infinity);
      // Infinite bounds depend on nothing: their gradients would be 0 times Infinity.
      const z = infinite.where(0, bound).sub(this.loc).div(this.scale);
      return infinite.where(bound, z);
    }) as [Tensor, Tensor]; // as many
    return { a, b };
  }
}
