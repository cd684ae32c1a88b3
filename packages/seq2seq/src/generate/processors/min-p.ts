import { optionsOf, requireThat } from '@kasane/tensor-core';
import {
  filterNames,
  filterOptions,
  type FilterOptions,
  type LogitsProcessor,
} from './logits-processor.ts';
import { largest, softmax, topIndices } from './scores.ts';

/**
 * Keeps the tokens whose probability is at least p times that of the most likely one.
 *
 * $$ s_i \leftarrow -\infty \quad \text{where } p_i < p \, \max_j p_j $$
 *
 * @throws RangeError unless p is from 0 to 1.
 *
 * @example
 * import { MinPLogitsWarper } from '@kasane/seq2seq';
 * const scores = Float32Array.of(0.6, 0.3, 0.1).map(Math.log);
 * new MinPLogitsWarper(0.4).process([], scores);
 * scores.map(Math.exp).map(Math.sign); // => [1,1,0]
 * @see Nguyen et al. (2024), Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs.
 * @category Generation
 */
export class MinPLogitsWarper implements LogitsProcessor {
  readonly minP: number;
  readonly #filter: Required<FilterOptions>;

  constructor(minP: number, options: FilterOptions = {}) {
    optionsOf('MinPLogitsWarper', options, filterNames);
    requireThat(minP >= 0 && minP <= 1, 'MinPLogitsWarper', 'minP', minP, 'from 0 to 1');
    this.minP = minP;
    this.#filter = filterOptions('MinPLogitsWarper', options);
  }

  process(_inputIds: readonly number[], scores: Float32Array): void {
    const { filterValue, minTokensToKeep } = this.#filter;
    const probs = softmax(scores);
    const least = Math.fround(Math.fround(this.minP) * largest(probs));
    const kept = topIndices(scores, minTokensToKeep);
    for (let i = 0; i < scores.length; i++) {
      if (probs[i]! < least && !kept.includes(i)) scores[i] = filterValue;
    }
  }
}
