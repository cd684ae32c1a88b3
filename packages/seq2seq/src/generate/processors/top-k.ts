import { optionsOf, requireWhole } from '@kasane/tensor-core';
import {
  filterNames,
  filterOptions,
  type FilterOptions,
  type LogitsProcessor,
} from './logits-processor.ts';
import { kthLargest } from './scores.ts';

/**
 * Keeps the k most likely tokens, and those that are as likely as the last of them (as Hugging Face does).
 *
 * $$ s_i \leftarrow -\infty \quad \text{where } s_i < s_{(k)} $$
 *
 * with the k-th largest score $s_{(k)}$.
 *
 * @throws RangeError unless k is a whole number ≥ 1.
 *
 * @example
 * import { TopKLogitsWarper } from '@kasane/seq2seq';
 * const scores = Float32Array.of(3, 1, 2, 2);
 * new TopKLogitsWarper(2).process([], scores);
 * scores; // => [3,-Infinity,2,2]
 * @see Fan, Lewis and Dauphin (2018), Hierarchical Neural Story Generation.
 * @category Generation
 */
export class TopKLogitsWarper implements LogitsProcessor {
  readonly topK: number;
  readonly #filterValue: number;

  constructor(topK: number, options: FilterOptions = {}) {
    optionsOf('TopKLogitsWarper', options, filterNames);
    const { filterValue, minTokensToKeep } = filterOptions('TopKLogitsWarper', options);
    requireWhole('TopKLogitsWarper', 'topK', topK, 1);
    this.topK = Math.max(topK, minTokensToKeep);
    this.#filterValue = filterValue;
  }

  process(_inputIds: readonly number[], scores: Float32Array): void {
    const threshold = kthLargest(scores, this.topK);
    for (let i = 0; i < scores.length; i++) {
      if (scores[i]! < threshold) scores[i] = this.#filterValue;
    }
  }
}
