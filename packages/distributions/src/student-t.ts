import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { positive, real } from './constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { normalNoise } from './noise.ts';
import { drawn, gammaDraw } from './ops/draws.ts';
import { digammaDifference, incompleteBeta, logBeta } from './ops/special.ts';
import { numericParameters, type DistributionOptions, type Parameter } from './parameters.ts';

/**
 * Student's t distribution.
 *
 * $$ \log p(x) = -\tfrac{\nu + 1}2 \log(1 + z^2/\nu) - \log \sqrt\nu B(\tfrac12, \tfrac\nu2) - \log \sigma, \quad z = (x - \mu) / \sigma, \quad \mathrm{E}[x] = \mu \text{ for } \nu > 1 $$
 *
 * Same as `torch.distributions.StudentT`; it has a `cdf` too, and `rsample` has implicit gradients.
 *
 * @throws RangeError unless df and scale are greater than 0.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { StudentT } from '@kasane/distributions';
 * const p = new StudentT(5);
 * p.logProb(2).item().toFixed(4); // => -2.7320
 * p.cdf(2).item().toFixed(4); // => 0.9490
 * @see https://arxiv.org/abs/1805.08498
 * @category Continuous
 */
export class StudentT extends Distribution {
  /** The degrees of freedom: 1 is Cauchy's distribution, many are nearly the normal one. */
  readonly df: Tensor;
  /** The middle. */
  readonly loc: Tensor;
  /** The width. */
  readonly scale: Tensor;

  constructor(
    df: Parameter,
    loc: Parameter = 0,
    scale: Parameter = 1,
    options?: DistributionOptions,
  ) {
    const { validateArgs = true } = optionsOf('StudentT', options, ['validateArgs']);
    const given = numericParameters(
      'StudentT',
      { df: [df, positive], loc: [loc, real], scale: [scale, positive] },
      validateArgs,
    );
    super('StudentT', given.df);
    this.df = given.df;
    this.loc = given.loc;
    this.scale = given.scale;
  }

  override get hasRsample(): boolean {
    return true;
  }
  get support(): Constraint {
    return real;
  }
  /** NaN unless df > 1. */
  get mean(): Tensor {
    return this.df.greater(1).where(this.loc, Number.NaN);
  }
  override get mode(): Tensor {
    return this.loc;
  }
  /** Infinity unless df > 2, NaN unless df > 1. */
  get variance(): Tensor {
    const { df } = this;
    const two = df.greater(2);
    const ratio = two.where(df.div(two.where(df.sub(2), 1)), Infinity);
    return df.greater(1).where(this.scale.square().mul(ratio), Number.NaN);
  }

  // z / √(χ²/ν), where χ²/2 is Gamma(ν/2)
  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const half = this.df.mul(0.5);
    const z = normalNoise(this.shapeOf(sampleShape), this.like, options);
    const spread = half.div(drawn(gammaDraw, [half], sampleShape, options)).sqrt();
    return z.mul(spread).mul(this.scale).add(this.loc);
  }

  logProb(value: Tensor | number): Tensor {
    const { df, scale } = this;
    const power = this.#standard(value).square().div(df).log1p().mul(df.add(1).mul(0.5));
    const half = df.mul(0.5);
    const norm = df
      .log()
      .mul(0.5)
      .add(logBeta(half, half.mul(0).add(0.5)));
    return power.add(norm).add(scale.log()).neg();
  }

  // Half of I(ν/(ν + z²); ν/2, ½) lies beyond |z|.
  override cdf(value: Tensor | number): Tensor {
    const z = this.#standard(value);
    const half = this.df.mul(0.5);
    const far = this.df.div(this.df.add(z.square()));
    const tail = incompleteBeta(half, half.mul(0).add(0.5), far).mul(0.5);
    return z.less(0).where(tail, tail.neg().add(1));
  }

  override entropy(): Tensor {
    const half = this.df.mul(0.5);
    const one = half.mul(0).add(0.5);
    return half
      .add(0.5)
      .mul(digammaDifference(half, one))
      .add(this.df.log().mul(0.5))
      .add(logBeta(half, one))
      .add(this.scale.log());
  }

  expand(batchShape: Shape): StudentT {
    this.requireExpandable(batchShape);
    const [a, b, c] = [this.df, this.loc, this.scale].map((x) => expandTo(x, batchShape));
    return new StudentT(a!, b!, c!, { validateArgs: false });
  }

  /** The value in units of the scale. */
  #standard(value: Tensor | number): Tensor {
    return this.asValue(value).sub(this.loc).div(this.scale);
  }
}
