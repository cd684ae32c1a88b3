import { optionsOf, requireThat } from '@kasane/tensor-core';
import {
  filterNames,
  filterOptions,
  type FilterOptions,
  type LogitsProcessor,
} from './logits-processor.ts';
import { ascending, entropy, logSumExp } from './scores.ts';

/**
 * Keeps the tokens whose information is nearest to what is expected, the entropy, until their probabilities reach `mass` together: typical sampling.
 *
 * $$ \big| -\log p_i - H(p) \big| $$
 *
 * is how far a token is away.
 *
 * @throws RangeError unless the mass is between 0 and 1.
 *
 * @example
 * import { TypicalLogitsWarper } from '@kasane/seq2seq';
 * const scores = Float32Array.of(0.6, 0.3, 0.1).map(Math.log);
 * new TypicalLogitsWarper(0.2).process([], scores);
 * scores.map(Math.exp).map(Math.sign); // => [0,1,0]
 * @see Meister et al. (2022), Locally Typical Sampling.
 * @category Generation
 */
export class TypicalLogitsWarper implements LogitsProcessor {
  readonly mass: number;
  readonly #filter: Required<FilterOptions>;

  constructor(mass: number = 0.9, options: FilterOptions = {}) {
    optionsOf('TypicalLogitsWarper', options, filterNames);
    requireThat(mass > 0 && mass < 1, 'TypicalLogitsWarper', 'mass', mass, 'between 0 and 1');
    this.mass = mass;
    this.#filter = filterOptions('TypicalLogitsWarper', options);
  }

  process(_inputIds: readonly number[], scores: Float32Array): void {
    const { filterValue, minTokensToKeep } = this.#filter;
    const total = logSumExp(scores);
    const expected = entropy(scores);
    // | -log p - H |
    const away = scores.map((score) => Math.abs(total - score - expected));
    const order = ascending(away);
    const mass = Math.fround(this.mass);
    let sum = 0;
    let last = 0;
    for (; last < order.length - 1; last++) {
      sum += Math.fround(Math.exp(scores[order[last]!]! - total));
      if (Math.fround(sum) >= mass) break;
    }
    const farthest = away[order[last]!]!;
    for (let rank = minTokensToKeep; rank < order.length; rank++) {
      const i = order[rank]!;
      if (away[i]! > farthest) scores[i] = filterValue;
    }
  }
}
