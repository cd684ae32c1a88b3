import {
  formatShape,
  isFloatingPoint,
  noGrad,
  optionsOf,
  requireTensor,
  sameShape,
  ShapeError,
  shown,
  tensor,
  type Generator,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { commonShape, expandTo, requireSizes } from './broadcast.ts';
import type { Constraint } from './constraint.ts';

/** Options of `sample` and `rsample`. */
export interface SampleOptions {
  /** Where the numbers come from. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
}

/** Options of `enumerateSupport`. */
export interface EnumerateSupportOptions {
  /** Whether values are repeated for every distribution of the batch, which else has dims of size 1. Default true. */
  readonly expand?: boolean;
}

/**
 * A probability distribution, or a batch of them.
 *
 * `batchShape` is the shape of the distributions, `eventShape` that of one draw from each; draws of
 * `sample(sampleShape)` have the shape (…sampleShape, …batchShape, …eventShape), and `logProb` of them (…sampleShape,
 * …batchShape).
 *
 * Same as `torch.distributions.Distribution`, except: values outside of the support have the log probability -Infinity,
 * with gradients of 0, where PyTorch throws; at bounds it is the mathematical limit. Methods throw ShapeError for
 * values and shapes that do not fit, TypeError for what a distribution does not have in closed form.
 *
 * @example
 * import { Normal, type Distribution } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const p: Distribution = new Normal(tensor([0, 10]), 1);
 * [p.batchShape, p.sample([5]).shape]; // => [[2],[5,2]]
 * p.logProb(0).toArray(); // => [-0.918939,-50.918938]
 * @category Base
 */
export abstract class Distribution {
  /** What errors call it. */
  readonly name: string;
  /** The shape of the distributions. */
  readonly batchShape: Shape;
  /** The shape of one draw from one of them; `[]` for numbers. */
  readonly eventShape: Shape;

  /** One of its parameters: values and draws are on its backend and of its dtype. @internal */
  readonly like: Tensor;

  constructor(name: string, like: Tensor, batchShape: Shape = like.shape, eventShape: Shape = []) {
    this.name = name;
    this.like = like;
    this.batchShape = batchShape;
    this.eventShape = eventShape;
  }

  /** The values that it can give. */
  abstract get support(): Constraint;
  /** The expected value, (…batchShape, …eventShape); NaN where there is none. */
  abstract get mean(): Tensor;
  /** The variance of every element. */
  abstract get variance(): Tensor;
  /** The log density or log probability of values, which broadcast with the batch. */
  abstract logProb(value: Tensor | number): Tensor;
  /** The same distribution for a batch of another shape, to which its own broadcasts. */
  abstract expand(batchShape: Shape): Distribution;
  /** Draws, differentiable if `hasRsample`. */
  protected abstract draw(sampleShape: Shape, options: SampleOptions): Tensor;

  /** Whether `rsample` is there: draws that pass gradients on to the parameters. */
  get hasRsample(): boolean {
    return false;
  }

  /** Whether `enumerateSupport` is there. */
  get hasEnumerateSupport(): boolean {
    return false;
  }

  /** The likeliest value. */
  get mode(): Tensor {
    throw this.without('mode');
  }

  /** The square root of the variance. */
  get stddev(): Tensor {
    return this.variance.sqrt();
  }

  /** Draws without gradients, (…sampleShape, …batchShape, …eventShape). */
  sample(sampleShape: Shape = [], options?: SampleOptions): Tensor {
    const given = optionsOf('sample', options, ['generator']);
    requireSizes(`${this.name}.sample`, 'sampleShape', sampleShape);
    return noGrad(() => this.draw(sampleShape, given));
  }

  /**
   * Draws through which gradients flow to the parameters. Throws where there is no such way: take `sample`, and
   * logProb for the gradient of the score, or a relaxed distribution.
   */
  rsample(sampleShape: Shape = [], options?: SampleOptions): Tensor {
    const given = optionsOf('rsample', options, ['generator']);
    requireSizes(`${this.name}.rsample`, 'sampleShape', sampleShape);
    if (!this.hasRsample) {
      throw new TypeError(
        `${this.name}: draws have no gradient, so there is no rsample. Use sample, or a relaxed distribution.`,
      );
    }
    return this.draw(sampleShape, given);
  }

  /** The probability of values up to `value`, $P(x \le \mathrm{value})$. Throws TypeError where there is none. */
  cdf(_value: Tensor | number): Tensor {
    throw this.without('cdf');
  }

  /** The value up to which the probability is `p`: the inverse of cdf. Throws TypeError where there is none. */
  icdf(_p: Tensor | number): Tensor {
    throw this.without('icdf');
  }

  /**
   * All values that it can give, along a new first dim: (n, …batchShape, …eventShape).
   *
   * @throws TypeError where they are not finitely many, or not as many for all of the batch.
   */
  enumerateSupport(options?: EnumerateSupportOptions): Tensor {
    const { expand = true } = optionsOf('enumerateSupport', options, ['expand']);
    const values = this.values(); // (n, …eventShape)
    const { batchShape, eventShape } = this;
    const n = values.shape[0]!;
    const beside = values.reshape([n, ...batchShape.map(() => 1), ...eventShape]);
    return expand ? expandTo(beside, [n, ...batchShape, ...eventShape]) : beside;
  }

  /** The values of `enumerateSupport`, (n, …eventShape). */
  protected values(): Tensor {
    throw new TypeError(
      `${this.name}: there is no enumerateSupport, for its values are not finitely many. Use sample.`,
    );
  }

  /** $-E[\log p(x)]$, in nats. Throws TypeError where there is none in closed form. */
  entropy(): Tensor {
    throw this.without('entropy');
  }

  /** e to the entropy. */
  perplexity(): Tensor {
    return this.entropy().exp();
  }

  /** The shape of draws. */
  protected shapeOf(sampleShape: Shape): Shape {
    return [...sampleShape, ...this.batchShape, ...this.eventShape];
  }

  /** A value as a floating tensor, whose last dims are those of an event. */
  protected asValue(value: Tensor | number): Tensor {
    const { dtype, backend } = this.like;
    if (typeof value === 'number') return tensor(value, { dtype, backend });
    requireTensor(this.name, 'the value', value);
    const { length } = this.eventShape;
    const last = value.shape.slice(Math.max(0, value.ndim - length));
    if (!sameShape(last, this.eventShape)) {
      throw new ShapeError(
        `${this.name}: values must end in the event's shape ${formatShape(this.eventShape)}, got ${formatShape(value.shape)}.`,
      );
    }
    return isFloatingPoint(value.dtype) ? value : value.cast(dtype);
  }

  /** The error of what it does not have. */
  protected without(what: string): Error {
    return new TypeError(
      `${this.name}: there is no ${what} in closed form. Estimate it from samples.`,
    );
  }

  /** Throws ShapeError unless the batch broadcasts to another one. */
  protected requireExpandable(batchShape: Shape): void {
    const owner = `${this.name}.expand`;
    requireSizes(owner, 'batchShape', batchShape);
    if (sameShape(commonShape(owner, [this.batchShape, batchShape]), batchShape)) return;
    throw new ShapeError(
      `${owner}: a batch of ${formatShape(this.batchShape)} does not broadcast to ${formatShape(batchShape)}.`,
    );
  }
}

/** Throws TypeError unless it is a distribution. */
export function requireDistribution(
  owner: string,
  name: string,
  given: unknown,
): asserts given is Distribution {
  if (given instanceof Distribution) return;
  throw new TypeError(
    `${owner}: ${name} must be a distribution such as new Normal(0, 1), got ${shown(given)}.`,
  );
}
