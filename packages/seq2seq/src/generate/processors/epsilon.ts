import { optionsOf, requireThat } from '@kasane/tensor-core';
import {
  filterNames,
  filterOptions,
  type FilterOptions,
  type LogitsProcessor,
} from './logits-processor.ts';
import { entropy, kthLargest, softmax } from './scores.ts';

/**
 * Keeps the tokens whose probability is at least ε.
 *
 * $$ s_i \leftarrow -\infty \quad \text{where } p_i < \epsilon $$
 *
 * @throws RangeError unless ε is between 0 and 1.
 *
 * @example
 * import { EpsilonLogitsWarper } from '@kasane/seq2seq';
 * const scores = Float32Array.of(0.6, 0.3, 0.1).map(Math.log);
 * new EpsilonLogitsWarper(0.2).process([], scores);
 * scores.map(Math.exp).map(Math.sign); // => [1,1,0]
 * @see Hewitt, Manning and Liang (2022), Truncation Sampling as Language Model Desmoothing.
 * @category Generation
 */
export class EpsilonLogitsWarper implements LogitsProcessor {
  readonly epsilon: number;
  readonly #filter: Required<FilterOptions>;

  constructor(epsilon: number, options: FilterOptions = {}) {
    optionsOf('EpsilonLogitsWarper', options, filterNames);
    const holds = epsilon > 0 && epsilon < 1;
    requireThat(holds, 'EpsilonLogitsWarper', 'epsilon', epsilon, 'between 0 and 1');
    this.epsilon = epsilon;
    this.#filter = filterOptions('EpsilonLogitsWarper', options);
  }

  process(_inputIds: readonly number[], scores: Float32Array): void {
    keepAbove(softmax(scores), Math.fround(this.epsilon), scores, this.#filter);
  }
}

/**
 * Keeps the tokens whose probability is at least η, which is lower where the model is less sure.
 *
 * $$ \eta = \min(\epsilon, \sqrt{\epsilon} \, e^{-H(p)}) $$
 *
 * @throws RangeError unless ε is between 0 and 1.
 *
 * @example
 * import { EtaLogitsWarper } from '@kasane/seq2seq';
 * const scores = Float32Array.of(0.6, 0.3, 0.1).map(Math.log);
 * new EtaLogitsWarper(0.2).process([], scores);
 * scores.map(Math.exp).map(Math.sign); // => [1,1,0]
 * @see Hewitt, Manning and Liang (2022), Truncation Sampling as Language Model Desmoothing.
 * @category Generation
 */
export class EtaLogitsWarper implements LogitsProcessor {
  readonly epsilon: number;
  readonly #filter: Required<FilterOptions>;

  constructor(epsilon: number, options: FilterOptions = {}) {
    optionsOf('EtaLogitsWarper', options, filterNames);
    const holds = epsilon > 0 && epsilon < 1;
    requireThat(holds, 'EtaLogitsWarper', 'epsilon', epsilon, 'between 0 and 1');
    this.epsilon = epsilon;
    this.#filter = filterOptions('EtaLogitsWarper', options);
  }

  process(_inputIds: readonly number[], scores: Float32Array): void {
    const eta = Math.min(this.epsilon, Math.sqrt(this.epsilon) * Math.exp(-entropy(scores)));
    keepAbove(softmax(scores), Math.fround(eta), scores, this.#filter);
  }
}

/** Filters tokens whose probability is below `least`, but for the most likely ones that stay. */
function keepAbove(
  probs: Float32Array,
  least: number,
  scores: Float32Array,
  { filterValue, minTokensToKeep }: Required<FilterOptions>,
): void {
  const always = kthLargest(scores, minTokensToKeep);
  for (let i = 0; i < scores.length; i++) {
    if (probs[i]! < least && scores[i]! < always) scores[i] = filterValue;
  }
}
