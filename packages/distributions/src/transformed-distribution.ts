import { full, noGrad, sameShape, ShapeError, type Shape, type Tensor } from '@kasane/tensor-core';
import { sumLast } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { independent } from './constraints.ts';
import { Distribution, requireDistribution, type SampleOptions } from './distribution.ts';
import { Independent } from './independent.ts';
import { ComposeTransform, requireTransforms } from './transforms/composed.ts';
import type { Transform } from './transforms/transform.ts';

/**
 * What a transform, or several one after the other, make of the draws of a distribution.
 *
 * $$ \log p(y) = \log p(x) - \log \left| \det \frac{dy}{dx} \right|, \quad y = f(x) $$
 *
 * Same as `torch.distributions.TransformedDistribution`, except: the log probability of what it has itself drawn starts from
 * the value that was transformed, so that a squashed Gaussian policy stays finite where tanh rounds to 1; PyTorch needs a cache
 * for that. Values outside of the transform's range have -Infinity. The mean of a transformed distribution is not known in
 * general.
 *
 * @throws {@link ShapeError} if the transforms need values of more dims; `mean`, `variance` and, of a transform that is not bijective,
 * `logProb` throw TypeError.
 *
 * @example
 * import { Normal, TanhTransform, TransformedDistribution } from '@kasane/distributions';
 * import { Generator, tensor } from '@kasane/tensor-core';
 * const policy = new TransformedDistribution(new Normal(0, 1), new TanhTransform());
 * policy.logProb(tensor([0.5, 2])).toArray(); // => [-0.782125,-Infinity]
 * const action = policy.rsample([3], { generator: new Generator(1) });
 * policy.logProb(action).shape; // => [3]
 * @category Base
 */
export class TransformedDistribution<D extends Distribution = Distribution> extends Distribution {
  /** The distribution of what is transformed, for the batch and event that the transforms need. */
  readonly baseDist: Distribution;
  /** The transforms in their order. */
  readonly transforms: readonly Transform[];
  readonly #given: D;
  readonly #all: ComposeTransform;
  /** Draws, by what they were made of; a tensor that was written since is another. */
  readonly #drawn = new WeakMap<Tensor, { readonly x: Tensor; readonly version: number }>();

  constructor(baseDist: D, transforms: Transform | readonly Transform[]) {
    requireDistribution('TransformedDistribution', 'baseDist', baseDist);
    const parts: unknown = Array.isArray(transforms) ? transforms : [transforms];
    requireTransforms('TransformedDistribution', 'transforms', parts);
    const all = new ComposeTransform(parts);
    const whole = [...baseDist.batchShape, ...baseDist.eventShape];
    const takes = all.domain.eventDim;
    if (whole.length < takes) {
      throw new ShapeError(
        `TransformedDistribution: the transforms need values of at least ${takes} dimensions, got ${baseDist.name} with shape [${whole.join(',')}].`,
      );
    }
    const shape = all.forwardShape(whole);
    // Parameters of the transforms may make more of the batch.
    const wanted = all.inverseShape(shape);
    const own = wanted.slice(0, wanted.length - baseDist.eventShape.length);
    const wide = sameShape(own, baseDist.batchShape) ? baseDist : baseDist.expand(own);
    const more = Math.max(0, takes - wide.eventShape.length);
    const base = more === 0 ? wide : new Independent(wide, more);
    const eventDim = all.codomain.eventDim + Math.max(base.eventShape.length - takes, 0);
    super(
      'TransformedDistribution',
      baseDist.like,
      shape.slice(0, shape.length - eventDim),
      shape.slice(shape.length - eventDim),
    );
    this.baseDist = base;
    this.transforms = parts;
    this.#given = baseDist;
    this.#all = all;
  }

  override get hasRsample(): boolean {
    return this.baseDist.hasRsample;
  }
  get support(): Constraint {
    const { codomain } = this.#all;
    return independent(codomain, this.eventShape.length - codomain.eventDim);
  }
  get mean(): Tensor {
    throw this.without('mean');
  }
  get variance(): Tensor {
    throw this.without('variance');
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const { baseDist } = this;
    const x = baseDist.hasRsample
      ? baseDist.rsample(sampleShape, options)
      : baseDist.sample(sampleShape, options);
    const y = this.#all.forward(x);
    this.#drawn.set(y, { x, version: y.version });
    return y;
  }

  logProb(value: Tensor | number): Tensor {
    const known = typeof value === 'number' ? undefined : this.#drawn.get(value);
    if (known !== undefined && !known.x.isDisposed) {
      const y = value as Tensor; // a number is not known
      if (known.version === y.version) return this.#density(known.x, y);
    }
    const { y, outside } = this.#within(value);
    return outside.where(-Infinity, this.#density(this.#all.inverse(y), y));
  }

  override cdf(value: Tensor | number): Tensor {
    const { sign } = this.#all;
    const { given, y, outside, middle } = this.#within(value);
    const below = this.baseDist.cdf(this.#all.inverse(y));
    const above = below.neg().add(1);
    const inside =
      typeof sign === 'number' ? (sign < 0 ? above : below) : sign.less(0).where(above, below);
    return outside.where(given.greater(middle).cast(inside.dtype), inside);
  }

  override icdf(p: Tensor | number): Tensor {
    const { sign } = this.#all;
    const below = this.asValue(p);
    const above = below.neg().add(1);
    const from =
      typeof sign === 'number' ? (sign < 0 ? above : below) : sign.less(0).where(above, below);
    return this.#all.forward(this.baseDist.icdf(from));
  }

  expand(batchShape: Shape): TransformedDistribution {
    this.requireExpandable(batchShape);
    const whole = this.#all.inverseShape([...batchShape, ...this.eventShape]);
    const { length } = this.#given.eventShape;
    const base = this.#given.expand(whole.slice(0, whole.length - length));
    return new TransformedDistribution(base, this.transforms);
  }

  #density(x: Tensor, y: Tensor): Tensor {
    const { baseDist } = this;
    const more = baseDist.eventShape.length - this.#all.domain.eventDim;
    return baseDist.logProb(x).sub(sumLast(this.#all.logAbsDetJacobian(x, y), more));
  }

  /** Values with those that come from no finite x replaced by one that does, so that no gradient is NaN. */
  #within(value: Tensor | number): {
    readonly given: Tensor;
    readonly y: Tensor;
    readonly outside: Tensor;
    readonly middle: Tensor;
  } {
    const middle = this.#middle();
    const given = this.asValue(value);
    const outside = noGrad(() => {
      const { length } = this.eventShape;
      const isNaN = anyOfLast(given.isNaN(), length);
      const x = this.#all.inverse(given);
      const infinite = anyOfLast(x.abs().equal(Infinity), this.baseDist.eventShape.length);
      const out = this.support.check(given).logicalNot().logicalOr(infinite);
      return out.logicalAnd(isNaN.logicalNot());
    });
    const beside = outside.reshape([...outside.shape, ...this.eventShape.map(() => 1)]);
    return { given, y: beside.where(middle, given), outside, middle };
  }

  /** A value that comes from x = ½, which is in the domain of every transform of numbers. */
  #middle(): Tensor {
    const { dtype, backend } = this.like;
    const shape = this.#all.inverseShape(this.eventShape);
    return noGrad(() => this.#all.forward(full(shape, 0.5, { dtype, backend })));
  }
}

function anyOfLast(x: Tensor, count: number): Tensor {
  return count === 0 ? x : x.any(Array.from({ length: count }, (_, i) => -1 - i));
}
