import type { LogitsProcessor } from './logits-processor.ts';
import { logSumExp } from './scores.ts';

/** The largest number of float32. */
const MOST = (2 - 2 ** -23) * 2 ** 127;

/**
 * Makes finite numbers of those that are not: 0 of NaN, the largest and the smallest of the infinite.
 *
 * What others have forbidden is allowed again, if unlikely. Better find out why the model gives NaN.
 *
 * @example
 * import { InfNanRemoveLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(NaN, 1);
 * new InfNanRemoveLogitsProcessor().process([], scores);
 * scores; // => [0,1]
 * @category Generation
 */
export class InfNanRemoveLogitsProcessor implements LogitsProcessor {
  process(_inputIds: readonly number[], scores: Float32Array): void {
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!;
      scores[i] = Number.isNaN(score) ? 0 : Math.max(-MOST, Math.min(MOST, score));
    }
  }
}

/**
 * Makes log-probabilities of scores. In beam search sums of scores are compared, which after other processors are no log-probabilities.
 *
 * $$ s_i \leftarrow s_i - \log \sum_j e^{s_j} $$
 *
 * @example
 * import { LogitNormalization } from '@kasane/seq2seq';
 * const scores = Float32Array.of(1, 1);
 * new LogitNormalization().process([], scores);
 * scores.map(Math.exp); // => [0.5,0.5]
 * @category Generation
 */
export class LogitNormalization implements LogitsProcessor {
  process(_inputIds: readonly number[], scores: Float32Array): void {
    const total = logSumExp(scores);
    for (let i = 0; i < scores.length; i++) scores[i]! -= total;
  }
}
