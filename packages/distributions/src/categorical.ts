import {
  arange,
  isFloatingPoint,
  requireTensor,
  ShapeError,
  tensor,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { commonShape, expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { integerInterval } from './constraints.ts';
import { logWeights, weights } from './parameter-constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { givenProbs, safeLog, type ProbsOptions } from './logits.ts';
import { categoricalDraw, drawn } from './ops/draws.ts';
import { zeroTimes } from './ops/special.ts';

/**
 * One of n categories, 0 to n - 1, along the last dim of `probs` or `logits`, which need not be normalised.
 *
 * $$ p(k) = \frac{\mathrm{probs}_k}{\sum_j \mathrm{probs}_j} = \frac{e^{\mathrm{logits}_k}}{\sum_j e^{\mathrm{logits}_j}} $$
 *
 * | | |
 * | --- | --- |
 * | probs, logits | (…batchShape, n) |
 * | draws | int32 |
 *
 * Same as `torch.distributions.Categorical`, except: what has a probability of 0, or a logit of -Infinity, has the log
 * probability -Infinity, is never drawn, and counts nothing in the entropy, without NaN in any gradient: so actions can be
 * masked. PyTorch moves such probabilities inwards. Values that are no category have -Infinity.
 *
 * @throws TypeError unless one of probs and logits is given.
 * @throws RangeError if a weight is negative or not finite or all of a row are 0.
 * @throws {@link ShapeError} without categories.
 *
 * @example
 * import { Categorical } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new Categorical({ probs: tensor([1, 3, 0]) });
 * p.probs.toArray(); // => [0.25,0.75,0]
 * p.logProb(tensor([1, 2], { dtype: 'int32' })).toArray(); // => [-0.287682,-Infinity]
 * p.entropy().item().toFixed(4); // => 0.5623
 * @category Discrete
 */
export class Categorical extends Distribution {
  /** Log probabilities, normalised: (…batchShape, n). */
  readonly logits: Tensor;
  readonly #probs: Tensor | null; // if they were given

  constructor(options: ProbsOptions) {
    const { logits, probs } = normalized('Categorical', options);
    super('Categorical', logits, logits.shape.slice(0, -1));
    this.logits = logits;
    this.#probs = probs;
  }

  /** Probabilities, normalised: (…batchShape, n). */
  get probs(): Tensor {
    return this.#probs ?? this.logits.exp();
  }
  /** Whether probabilities were given, and not logits. @internal */
  get isProbs(): boolean {
    return this.#probs !== null;
  }
  /** How many categories there are. */
  get numEvents(): number {
    return this.logits.shape.at(-1)!;
  }
  override get hasEnumerateSupport(): boolean {
    return true;
  }
  protected override values(): Tensor {
    return arange(this.numEvents, { dtype: 'int32', backend: this.like.backend });
  }
  get support(): Constraint {
    return integerInterval(0, this.numEvents - 1);
  }
  /** NaN: categories have no order. */
  get mean(): Tensor {
    return this.logits.select(-1, 0).mul(0).add(Number.NaN);
  }
  override get mode(): Tensor {
    return this.logits.argmax(-1);
  }
  get variance(): Tensor {
    return this.mean;
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    return drawn(categoricalDraw, [this.logits], sampleShape, options, { eventDim: 1 });
  }

  logProb(value: Tensor | number): Tensor {
    const { logits, numEvents } = this;
    const { backend } = logits;
    const x = typeof value === 'number' ? tensor(value, { backend }) : value;
    requireTensor('Categorical', 'the value', x);
    let inside = x.greaterEqual(0).logicalAnd(x.less(numEvents));
    if (isFloatingPoint(x.dtype)) inside = inside.logicalAnd(x.equal(x.floor()));
    const index = inside.where(x, 0).cast('int32');
    const shape = commonShape('Categorical', [x.shape, this.batchShape]);
    const wide = expandTo(index, shape).unsqueeze(-1);
    const chosen = expandTo(logits, [...shape, numEvents])
      .gather(-1, wide)
      .squeeze(-1);
    return inside.where(chosen, -Infinity);
  }

  override entropy(): Tensor {
    return zeroTimes(this.probs, this.logits).sum(-1).neg();
  }

  expand(batchShape: Shape): Categorical {
    this.requireExpandable(batchShape);
    const shape = [...batchShape, this.numEvents];
    const logits = expandTo(this.logits, shape);
    if (this.#probs === null) return new Categorical({ logits, validateArgs: false });
    return new Categorical({ probs: expandTo(this.#probs, shape), validateArgs: false });
  }
}

/** Log probabilities, and the probabilities if these were given. */
export function normalized(
  owner: string,
  options: ProbsOptions,
): { readonly logits: Tensor; readonly probs: Tensor | null } {
  const rules = { probs: weights, logits: logWeights };
  const { tensor: given, isProbs } = givenProbs(owner, options, rules);
  if (given.ndim === 0 || given.shape.at(-1) === 0) {
    throw new ShapeError(
      `${owner}: ${isProbs ? 'probs' : 'logits'} must have a last dimension of categories, got shape [${given.shape.join(',')}].`,
    );
  }
  if (!isProbs) return { logits: given.logSoftmax(-1), probs: null };
  const probs = given.div(given.sum(-1, { keepdim: true }));
  return { logits: safeLog(probs), probs };
}
