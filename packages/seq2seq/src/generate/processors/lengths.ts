import { requireThat, requireWhole, shown } from '@kasane/tensor-core';
import { tokensOf, type LogitsProcessor } from './logits-processor.ts';

/**
 * Forbids the end before a sequence, its prompt included, has `minLength` tokens.
 *
 * $$ s_{eos} \leftarrow -\infty \quad \text{where } n < \mathrm{minLength} $$
 *
 * @throws RangeError unless lengths and tokens are whole numbers ≥ 0.
 *
 * @example
 * import { MinLengthLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(1, 2);
 * new MinLengthLogitsProcessor(3, 1).process([0, 0], scores);
 * scores; // => [1,-Infinity]
 * @category Generation
 */
export class MinLengthLogitsProcessor implements LogitsProcessor {
  readonly #minLength: number;
  readonly #eos: readonly number[];

  constructor(minLength: number, eosTokenId: number | readonly number[]) {
    requireWhole('MinLengthLogitsProcessor', 'minLength', minLength);
    this.#minLength = minLength;
    this.#eos = tokensOf('MinLengthLogitsProcessor', 'eosTokenId', eosTokenId);
  }

  process(inputIds: readonly number[], scores: Float32Array): void {
    if (inputIds.length < this.#minLength) forbid(this.#eos, scores);
  }
}

/**
 * Forbids the end before `minNewTokens` came after a prompt of `promptLength`.
 *
 * $$ s_{eos} \leftarrow -\infty \quad \text{where } n < \mathrm{promptLength} + \mathrm{minNewTokens} $$
 *
 * @throws RangeError unless lengths and tokens are whole numbers ≥ 0.
 *
 * @example
 * import { MinNewTokensLengthLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(1, 2);
 * new MinNewTokensLengthLogitsProcessor(2, 1, 1).process([0, 0], scores);
 * scores; // => [1,-Infinity]
 * @category Generation
 */
export class MinNewTokensLengthLogitsProcessor implements LogitsProcessor {
  readonly #minLength: number;
  readonly #eos: readonly number[];

  constructor(promptLength: number, minNewTokens: number, eosTokenId: number | readonly number[]) {
    const owner = 'MinNewTokensLengthLogitsProcessor';
    requireWhole(owner, 'promptLength', promptLength);
    requireWhole(owner, 'minNewTokens', minNewTokens);
    this.#minLength = promptLength + minNewTokens;
    this.#eos = tokensOf(owner, 'eosTokenId', eosTokenId);
  }

  process(inputIds: readonly number[], scores: Float32Array): void {
    if (inputIds.length < this.#minLength) forbid(this.#eos, scores);
  }
}

/**
 * Makes a token the first one after the token that begins sequences: where a sequence has one token.
 *
 * $$ s_{bos} \leftarrow 0, \quad s_i \leftarrow -\infty \text{ for all others} $$
 *
 * @throws RangeError unless the token is a whole number ≥ 0.
 *
 * @example
 * import { ForcedBOSTokenLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(1, 2, 3);
 * new ForcedBOSTokenLogitsProcessor(1).process([0], scores);
 * scores; // => [-Infinity,0,-Infinity]
 * @category Generation
 */
export class ForcedBOSTokenLogitsProcessor implements LogitsProcessor {
  readonly #tokens: readonly number[];

  constructor(bosTokenId: number) {
    requireWhole('ForcedBOSTokenLogitsProcessor', 'bosTokenId', bosTokenId);
    this.#tokens = [bosTokenId];
  }

  process(inputIds: readonly number[], scores: Float32Array): void {
    if (inputIds.length === 1) force(this.#tokens, scores);
  }
}

/**
 * Makes a token, or one of several, the last that fits within `maxLength`.
 *
 * $$ s_{eos} \leftarrow 0, \quad s_i \leftarrow -\infty \text{ for all others,} \quad \text{where } n = \mathrm{maxLength} - 1 $$
 *
 * @throws RangeError unless lengths and tokens are whole numbers ≥ 0.
 *
 * @example
 * import { ForcedEOSTokenLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(1, 2, 3);
 * new ForcedEOSTokenLogitsProcessor(3, 2).process([0, 0], scores);
 * scores; // => [-Infinity,-Infinity,0]
 * @category Generation
 */
export class ForcedEOSTokenLogitsProcessor implements LogitsProcessor {
  readonly #maxLength: number;
  readonly #eos: readonly number[];

  constructor(maxLength: number, eosTokenId: number | readonly number[]) {
    requireWhole('ForcedEOSTokenLogitsProcessor', 'maxLength', maxLength, 1);
    this.#maxLength = maxLength;
    this.#eos = tokensOf('ForcedEOSTokenLogitsProcessor', 'eosTokenId', eosTokenId);
  }

  process(inputIds: readonly number[], scores: Float32Array): void {
    if (inputIds.length === this.#maxLength - 1) force(this.#eos, scores);
  }
}

/**
 * Makes the end likelier with each token after the first `start` of an answer, by a factor that grows exponentially.
 *
 * $$ s_{eos} + |s_{eos}| \, (f^{\,n - start} - 1) $$
 *
 * n is how many tokens came after the prompt of `promptLength`.
 *
 * @throws RangeError unless the start is a whole number ≥ 0, and the factor above 0 and finite.
 *
 * @example
 * import { ExponentialDecayLengthPenalty } from '@kasane/seq2seq';
 * const scores = Float32Array.of(1, -2);
 * new ExponentialDecayLengthPenalty([1, 2], 1, 1).process([0, 0, 0], scores);
 * scores; // => [1,0]
 * @category Generation
 */
export class ExponentialDecayLengthPenalty implements LogitsProcessor {
  readonly #start: number;
  readonly #factor: number;
  readonly #eos: readonly number[];

  constructor(
    exponentialDecayLengthPenalty: readonly [start: number, factor: number],
    eosTokenId: number | readonly number[],
    promptLength: number,
  ) {
    const owner = 'ExponentialDecayLengthPenalty';
    if (!Array.isArray(exponentialDecayLengthPenalty)) {
      throw new TypeError(
        `${owner}: exponentialDecayLengthPenalty must be a start and a factor, such as [10, 1.1], got ${shown(exponentialDecayLengthPenalty)}.`,
      );
    }
    const [start, factor] = exponentialDecayLengthPenalty as readonly [number, number];
    requireWhole(owner, 'the start', start);
    requireThat(factor > 0 && factor < Infinity, owner, 'the factor', factor, 'above 0 and finite');
    requireWhole(owner, 'promptLength', promptLength);
    this.#start = promptLength + start;
    this.#factor = factor;
    this.#eos = tokensOf(owner, 'eosTokenId', eosTokenId);
  }

  process(inputIds: readonly number[], scores: Float32Array): void {
    const beyond = inputIds.length - this.#start;
    if (beyond <= 0) return;
    for (const token of this.#eos) {
      const score = scores[token]!;
      if (Number.isFinite(score)) {
        scores[token] = score + Math.abs(score) * (this.#factor ** beyond - 1);
      }
    }
  }
}

/** No other token can come. */
function force(tokens: readonly number[], scores: Float32Array): void {
  scores.fill(-Infinity);
  for (const token of tokens) scores[token] = 0;
}

/** The tokens cannot come. */
export function forbid(tokens: readonly number[], scores: Float32Array): void {
  for (const token of tokens) scores[token] = -Infinity;
}
