import {
  defaultGenerator,
  formatShape,
  optionsOf,
  requireTensor,
  requireThat,
  requireWhole,
  ShapeError,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { requireNumbers } from '../given.ts';
import { AliasTable, Draws } from '../word2vec/draws.ts';

/**
 * The loss of negative sampling: the first target of each row is right, the others are not.
 *
 * $$ L = -\frac 1 B \sum_b \Bigl( \log σ(s_{b0}) + \sum_{k > 0} \log σ(-s_{bk}) \Bigr) $$
 *
 * `scores` are (B, T).
 *
 * @throws {@link ShapeError} unless scores are a matrix with at least one column.
 *
 * @example
 * import { negativeSamplingLoss } from '@kasane/nlp-embeddings';
 * import { tensor } from '@kasane/tensor-core';
 * negativeSamplingLoss(tensor([[0, 0, 0]])).item(); // => 2.0794
 *
 * @see Mikolov et al. (2013), Distributed representations of words and phrases and their compositionality.
 * @category Losses
 */
export function negativeSamplingLoss(scores: Tensor): Tensor {
  requireTensor('negativeSamplingLoss', 'scores', scores);
  const [, targets = 0] = scores.shape;
  if (scores.ndim !== 2 || targets === 0) {
    throw new ShapeError(
      `negativeSamplingLoss: scores must have shape (B, T) with T ≥ 1, got ${formatShape(scores.shape)}. Put the right target first in each row.`,
    );
  }
  const [first, rest] = [scores.slice(1, 0, 1), scores.slice(1, 1)];
  const right = first.neg().softplus().sum();
  return right.add(rest.softplus().sum()).div(scores.shape[0]!);
}

/** Options of `NegativeSampler`. */
export interface NegativeSamplerOptions {
  /** Chances are ∝ count to this power. Default 0.75. */
  readonly exponent?: number;
  /** Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * Draws words as answers that are not right, each in constant time: by chances ∝ count^0.75.
 *
 * $$ P(w) = \frac{c_w^{0.75}}{\sum_v c_v^{0.75}} $$
 *
 * with the power of `exponent`; words that were never seen are not drawn.
 *
 * @throws RangeError for counts that are negative, not finite or all 0, and without any; and unless the numbers of words to draw are whole and ≥ 0.
 *
 * @example
 * import { NegativeSampler } from '@kasane/nlp-embeddings';
 * import { Generator } from '@kasane/tensor-core';
 * const sampler = new NegativeSampler([50, 20, 0, 5], { generator: new Generator(1) });
 * const targets = sampler.targets([3, 0], 5); // a right one and 5 others in each row
 * targets.shape; // => [2,6]
 * targets.slice(1, 0, 1).toArray(); // => [[3],[0]]
 */
export class NegativeSampler {
  readonly #table: AliasTable;
  readonly #draws: Draws;

  constructor(counts: ArrayLike<number>, options?: NegativeSamplerOptions) {
    const { exponent = 0.75, generator = defaultGenerator() } = optionsOf(
      'NegativeSampler',
      options,
      ['exponent', 'generator'],
    );
    requireThat(
      Number.isFinite(exponent),
      'NegativeSampler',
      'exponent',
      exponent,
      'a finite number',
    );
    requireNumbers('NegativeSampler', 'counts', counts);
    let total = 0;
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i]!;
      requireThat(
        count >= 0 && count < Infinity,
        'NegativeSampler',
        `counts[${i}]`,
        count,
        'a number ≥ 0',
      );
      total += count;
    }
    requireThat(total > 0, 'NegativeSampler', 'the sum of the counts', total, 'above 0');
    const weights = Float64Array.from(counts, (count) => (count === 0 ? 0 : count ** exponent));
    this.#table = new AliasTable(weights);
    this.#draws = new Draws(generator);
  }

  /** Draws so many words. */
  draw(n: number): Int32Array {
    requireWhole('NegativeSampler', 'n', n);
    return Int32Array.from({ length: n }, () => this.#table.draw(this.#draws));
  }

  /**
   * The right word of each row and so many others behind it: what `SkipGram` and `CBOW` take as targets, int32 (B, 1 + negative). An
   * other one may be the right one by chance.
   */
  targets(right: ArrayLike<number>, negative: number): Tensor {
    requireWhole('NegativeSampler', 'negative', negative);
    requireNumbers('NegativeSampler', 'words', right);
    const width = 1 + negative;
    const all = new Int32Array(right.length * width);
    for (let i = 0; i < all.length; i++) {
      all[i] = i % width === 0 ? right[i / width]! : this.#table.draw(this.#draws);
    }
    return tensor(all, [right.length, width], { dtype: 'int32' });
  }
}
