import type { Shape, Tensor } from '@kasane/tensor-core';
import { Categorical } from './categorical.ts';
import type { Constraint } from './constraint.ts';
import { oneHot } from './constraints.ts';
import { identityLike } from './ops/linear-algebra.ts';
import { notOf } from './parameter-constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import type { ProbsOptions } from './logits.ts';

/**
 * One of n categories as a vector of zeros with a single 1.
 *
 * $$ p(x) = \prod_i p_i^{x_i}, \quad \mathrm{E}[x] = p $$
 *
 * probs or logits are (…batchShape, n), and so are draws. Same as `torch.distributions.OneHotCategorical`, with the exceptions
 * of `Categorical`.
 *
 * @throws As `Categorical`.
 *
 * @example
 * import { OneHotCategorical } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new OneHotCategorical({ probs: tensor([0.25, 0.75]) });
 * p.sample([4]).shape; // => [4,2]
 * p.logProb(tensor([0, 1])).item().toFixed(4); // => -0.2877
 * @category Discrete
 */
export class OneHotCategorical extends Distribution {
  readonly #categories: Categorical;

  constructor(options: ProbsOptions) {
    const categories = new Categorical(options);
    const { logits, batchShape, numEvents } = categories;
    super('OneHotCategorical', logits, batchShape, [numEvents]);
    this.#categories = categories;
  }

  /** Probabilities, normalised: (…batchShape, n). */
  get probs(): Tensor {
    return this.#categories.probs;
  }
  /** Log probabilities, normalised: (…batchShape, n). */
  get logits(): Tensor {
    return this.#categories.logits;
  }
  override get hasEnumerateSupport(): boolean {
    return true;
  }
  protected override values(): Tensor {
    return identityLike(this.logits, this.eventShape[0]!);
  }
  get support(): Constraint {
    return oneHot;
  }
  get mean(): Tensor {
    return this.probs;
  }
  override get mode(): Tensor {
    return this.#asVectors(this.#categories.mode);
  }
  get variance(): Tensor {
    const p = this.probs;
    return p.mul(p.neg().add(1));
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    return this.#asVectors(this.#categories.sample(sampleShape, options));
  }

  logProb(value: Tensor | number): Tensor {
    const x = this.asValue(value);
    const outside = notOf(oneHot, x);
    // A category that has no value of 1 counts nothing, though its log probability be -Infinity.
    const each = x.mul(x.equal(0).where(0, this.logits));
    return outside.where(-Infinity, each.sum(-1));
  }

  override entropy(): Tensor {
    return this.#categories.entropy();
  }

  expand(batchShape: Shape): OneHotCategorical {
    this.requireExpandable(batchShape);
    return new OneHotCategorical(this.expanded(batchShape));
  }

  /** The options of the same distribution for another batch. */
  protected expanded(batchShape: Shape): ProbsOptions {
    const { probs, logits } = this.#categories.expand(batchShape);
    return this.#categories.isProbs
      ? { probs, validateArgs: false }
      : { logits, validateArgs: false };
  }

  #asVectors(index: Tensor): Tensor {
    return index.oneHot(this.eventShape[0]!).cast(this.logits.dtype);
  }
}

/**
 * OneHotCategorical whose draws pass the gradients of the probabilities: forward they are one-hot vectors, backward
 * they count as the probabilities (straight through).
 *
 * $$ x = \mathrm{onehot}(k) + p - \mathrm{detach}(p), \quad k \sim \mathrm{Categorical}(p) $$
 *
 * Same as `torch.distributions.OneHotCategoricalStraightThrough`.
 *
 * @throws As `Categorical`.
 *
 * @example
 * import { OneHotCategoricalStraightThrough } from '@kasane/distributions';
 * import { grad } from '@kasane/autograd';
 * import { Generator, tensor } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const slope = grad((probs) => {
 *   const p = new OneHotCategoricalStraightThrough({ probs });
 *   return p.rsample([], { generator }).mul(tensor([1, 2])).sum();
 * });
 * slope(tensor([0.5, 0.5])).toArray(); // => [-0.5,0.5]
 * @see Bengio, Léonard and Courville (2013), Estimating or Propagating Gradients Through Stochastic Neurons.
 * @category Discrete
 */
export class OneHotCategoricalStraightThrough extends OneHotCategorical {
  override readonly name = 'OneHotCategoricalStraightThrough';

  override get hasRsample(): boolean {
    return true;
  }

  protected override draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const { probs } = this;
    return super.draw(sampleShape, options).add(probs.sub(probs.detach()));
  }

  override expand(batchShape: Shape): OneHotCategoricalStraightThrough {
    this.requireExpandable(batchShape);
    return new OneHotCategoricalStraightThrough(this.expanded(batchShape));
  }
}
