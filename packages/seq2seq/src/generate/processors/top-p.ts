import { optionsOf, requireThat } from '@kasane/tensor-core';
import {
  filterNames,
  filterOptions,
  type FilterOptions,
  type LogitsProcessor,
} from './logits-processor.ts';
import { logSumExp } from './scores.ts';

/**
 * Keeps the most likely tokens until their probabilities reach p together: nucleus sampling. The token that reaches p is kept (as Hugging Face does).
 *
 * $$ k = \min \Big\lbrace m : \sum_{j \le m} p_{(j)} \ge p \Big\rbrace $$
 *
 * is how many are kept, the likeliest first.
 *
 * Of equally likely tokens at the border the later ones are kept.
 *
 * @throws RangeError unless p is from 0 to 1.
 *
 * @example
 * import { TopPLogitsWarper } from '@kasane/seq2seq';
 * const scores = Float32Array.of(0.5, 0.3, 0.2).map(Math.log);
 * new TopPLogitsWarper(0.6).process([], scores);
 * scores.map(Math.exp); // => [0.5,0.29999998211860657,0]
 * @see Holtzman et al. (2020), The Curious Case of Neural Text Degeneration.
 * @category Generation
 */
export class TopPLogitsWarper implements LogitsProcessor {
  readonly topP: number;
  readonly #filter: Required<FilterOptions>;

  constructor(topP: number, options: FilterOptions = {}) {
    optionsOf('TopPLogitsWarper', options, filterNames);
    requireThat(topP >= 0 && topP <= 1, 'TopPLogitsWarper', 'topP', topP, 'from 0 to 1');
    this.topP = topP;
    this.#filter = filterOptions('TopPLogitsWarper', options);
  }

  process(_inputIds: readonly number[], scores: Float32Array): void {
    const { filterValue, minTokensToKeep } = this.#filter;
    const sorted = scores.toSorted();
    const total = logSumExp(scores);
    const rest = Math.fround(1 - this.topP);
    const most = scores.length - minTokensToKeep;
    // So many of the least likely tokens have less than the rest together. In float32, as PyTorch, or ties would fall otherwise.
    let removed = 0;
    let sum = 0;
    while (removed < most) {
      sum += Math.fround(Math.exp(sorted[removed]! - total));
      if (Math.fround(sum) > rest) break;
      removed++;
    }
    if (removed === 0) return;
    const threshold = sorted[removed]!;
    let equal = removed - sorted.indexOf(threshold);
    for (let i = 0; i < scores.length; i++) {
      if (scores[i]! < threshold || (scores[i] === threshold && equal-- > 0)) {
        scores[i] = filterValue;
      }
    }
  }
}
