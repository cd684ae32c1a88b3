import { optionsOf, requireThat, requireWhole } from '@kasane/tensor-core';
import type { LogitsProcessor } from './logits-processor.ts';

/** Options of `RepetitionPenaltyLogitsProcessor`. */
export interface RepetitionPenaltyOptions {
  /** Tokens at the beginning that do not count, such as the prompt's. Default 0. */
  readonly promptIgnoreLength?: number;
}

/**
 * Makes tokens that came up less likely, once, however often they did: scores above 0 are divided by the penalty, those below multiplied.
 *
 * $$ s_i \leftarrow s_i / \theta \text{ where } s_i \ge 0, \quad s_i \theta \text{ where } s_i < 0 $$
 *
 * In beam search scores are log-probabilities, and all below 0. A penalty below 1 rewards repetition.
 *
 * @throws RangeError unless the penalty is above 0 and finite.
 *
 * @example
 * import { RepetitionPenaltyLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(2, 2, -1, -1);
 * new RepetitionPenaltyLogitsProcessor(2).process([0, 2, 2], scores);
 * scores; // => [1,2,-2,-1]
 * @see Keskar et al. (2019), CTRL: A Conditional Transformer Language Model for Controllable Generation.
 * @category Generation
 */
export class RepetitionPenaltyLogitsProcessor implements LogitsProcessor {
  readonly penalty: number;
  readonly #ignored: number;

  constructor(penalty: number, options: RepetitionPenaltyOptions = {}) {
    const owner = 'RepetitionPenaltyLogitsProcessor';
    const { promptIgnoreLength = 0 } = optionsOf(owner, options, ['promptIgnoreLength']);
    const holds = penalty > 0 && penalty < Infinity;
    requireThat(holds, owner, 'penalty', penalty, 'above 0 and finite');
    requireWhole(owner, 'promptIgnoreLength', promptIgnoreLength);
    this.penalty = penalty;
    this.#ignored = promptIgnoreLength;
  }

  process(inputIds: readonly number[], scores: Float32Array): void {
    const penalty = Math.fround(this.penalty);
    for (const token of new Set(inputIds.slice(this.#ignored))) {
      const score = scores[token]!;
      if (token < scores.length) scores[token] = score < 0 ? score * penalty : score / penalty;
    }
  }
}

/**
 * Forbids tokens that would complete a run of n tokens that was there before, in the prompt or after it.
 *
 * @throws RangeError unless n is a whole number ≥ 1.
 *
 * @example
 * import { NoRepeatNGramLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(0, 0, 0, 0);
 * new NoRepeatNGramLogitsProcessor(2).process([1, 2, 1, 3, 1], scores);
 * scores; // => [0,0,-Infinity,-Infinity]
 * @see Paulus, Xiong and Socher (2018), A Deep Reinforced Model for Abstractive Summarization.
 * @category Generation
 */
export class NoRepeatNGramLogitsProcessor implements LogitsProcessor {
  readonly ngramSize: number;

  constructor(ngramSize: number) {
    requireWhole('NoRepeatNGramLogitsProcessor', 'ngramSize', ngramSize, 1);
    this.ngramSize = ngramSize;
  }

  process(inputIds: readonly number[], scores: Float32Array): void {
    const begun = this.ngramSize - 1;
    const end = inputIds.length - begun;
    for (let start = 0; start < end; start++) {
      let i = 0;
      while (i < begun && inputIds[start + i] === inputIds[end + i]) i++;
      if (i === begun) scores[inputIds[start + begun]!] = -Infinity;
    }
  }
}
