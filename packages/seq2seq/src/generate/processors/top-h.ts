import { optionsOf, requireThat } from '@kasane/tensor-core';
import type { FilterOptions, LogitsProcessor } from './logits-processor.ts';
import { entropy, logSumExp, topIndices } from './scores.ts';

/** No more tokens are looked at. */
const MOST = 100;

/**
 * Keeps the most likely tokens until their part of the entropy reaches the share h of it; of the 100 most likely ones. The most likely always stays.
 *
 * $$ -\sum_{j \le k} p_j \log p_j \le h \, H(p) $$
 *
 * is what the k that are kept fulfil, the likeliest first and p among those 100.
 *
 * @throws RangeError unless h is above 0 and at most 1.
 *
 * @example
 * import { TopHLogitsWarper } from '@kasane/seq2seq';
 * const scores = Float32Array.of(0.7, 0.2, 0.1).map(Math.log);
 * new TopHLogitsWarper(0.5).process([], scores);
 * scores.map(Math.exp).map(Math.sign); // => [1,0,0]
 * @see Potraghloo et al. (2025), Top-H Decoding: Adapting the Creativity and Coherence with Bounded Entropy in Text Generation.
 * @category Generation
 */
export class TopHLogitsWarper implements LogitsProcessor {
  readonly topH: number;
  readonly #filterValue: number;

  constructor(topH: number, options: Pick<FilterOptions, 'filterValue'> = {}) {
    const { filterValue = -Infinity } = optionsOf('TopHLogitsWarper', options, ['filterValue']);
    requireThat(topH > 0 && topH <= 1, 'TopHLogitsWarper', 'topH', topH, 'above 0 and at most 1');
    this.topH = topH;
    this.#filterValue = filterValue;
  }

  process(_inputIds: readonly number[], scores: Float32Array): void {
    const top = topIndices(scores, MOST);
    const likely = Float32Array.from(top, (i) => scores[i]!);
    const total = logSumExp(likely);
    const most = Math.fround(entropy(likely) * this.topH);
    const kept = new Set<number>();
    let sum = 0;
    for (const [rank, i] of top.entries()) {
      const log = likely[rank]! - total;
      // What cannot come adds nothing.
      sum -= log === -Infinity ? 0 : log * Math.exp(log);
      if (rank > 0 && Math.fround(sum) > most) break;
      kept.add(i);
    }
    for (let i = 0; i < scores.length; i++) if (!kept.has(i)) scores[i] = this.#filterValue;
  }
}
