import { DataError, requireWhole, shown } from '@kasane/tensor-core';
import { forbid } from './lengths.ts';
import { tokensOf, type LogitsProcessor } from './logits-processor.ts';
import { largest } from './scores.ts';

/**
 * Forbids tokens.
 *
 * $$ s_i \leftarrow -\infty $$
 *
 * @throws RangeError unless tokens are whole numbers ≥ 0.
 *
 * @example
 * import { SuppressTokensLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(1, 2, 3);
 * new SuppressTokensLogitsProcessor([0, 2]).process([], scores);
 * scores; // => [-Infinity,2,-Infinity]
 * @category Generation
 */
export class SuppressTokensLogitsProcessor implements LogitsProcessor {
  readonly #tokens: readonly number[];

  constructor(suppressTokens: readonly number[]) {
    this.#tokens = tokensOf('SuppressTokensLogitsProcessor', 'suppressTokens', suppressTokens);
  }

  process(_inputIds: readonly number[], scores: Float32Array): void {
    forbid(this.#tokens, scores);
  }
}

/**
 * Forbids tokens at one place: where a sequence has `beginIndex` tokens.
 *
 * $$ s_i \leftarrow -\infty \quad \text{where } n = \mathrm{beginIndex} $$
 *
 * @throws RangeError unless tokens and index are whole numbers ≥ 0.
 *
 * @example
 * import { SuppressTokensAtBeginLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(1, 2, 3);
 * new SuppressTokensAtBeginLogitsProcessor([0], 1).process([2], scores);
 * scores; // => [-Infinity,2,3]
 * @category Generation
 */
export class SuppressTokensAtBeginLogitsProcessor implements LogitsProcessor {
  readonly #tokens: readonly number[];
  readonly #beginIndex: number;

  constructor(beginSuppressTokens: readonly number[], beginIndex: number) {
    const owner = 'SuppressTokensAtBeginLogitsProcessor';
    this.#tokens = tokensOf(owner, 'beginSuppressTokens', beginSuppressTokens);
    requireWhole(owner, 'beginIndex', beginIndex);
    this.#beginIndex = beginIndex;
  }

  process(inputIds: readonly number[], scores: Float32Array): void {
    if (inputIds.length === this.#beginIndex) forbid(this.#tokens, scores);
  }
}

/** Sequences of tokens with what is added to their score. */
export type SequenceBias = readonly (readonly [sequence: readonly number[], bias: number])[];

/**
 * Adds to the score of a token that would complete a sequence of tokens; of one token always.
 *
 * $$ s_i \leftarrow s_i + b $$
 *
 * Of a sequence that stands there twice the last bias counts.
 *
 * @throws TypeError for what are no sequences with biases.
 * @throws RangeError unless tokens are whole numbers ≥ 0.
 *
 * @example
 * import { SequenceBiasLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(0, 0, 0);
 * new SequenceBiasLogitsProcessor([[[1], -2], [[5, 2], 3], [[6, 0], 9]]).process([4, 5], scores);
 * scores; // => [0,-2,3]
 * @category Generation
 */
export class SequenceBiasLogitsProcessor implements LogitsProcessor {
  readonly #biases: SequenceBias;

  constructor(sequenceBias: SequenceBias) {
    const owner = 'SequenceBiasLogitsProcessor';
    if (!Array.isArray(sequenceBias) || sequenceBias.length === 0) {
      throw new TypeError(
        `${owner}: sequenceBias must be pairs of tokens and a bias, one at least, such as [[[10, 45], -2]], got ${shown(sequenceBias)}.`,
      );
    }
    const biases = new Map<string, readonly [readonly number[], number]>();
    for (const pair of sequenceBias as SequenceBias) {
      if (!Array.isArray(pair)) {
        throw new TypeError(
          `${owner}: sequenceBias must be pairs of tokens and a bias, such as [[[10, 45], -2]], got ${shown(pair)} for one.`,
        );
      }
      const [sequence, bias] = pair as SequenceBias[number];
      tokensOf(owner, 'a sequence', sequence);
      if (typeof bias !== 'number' || Number.isNaN(bias)) {
        throw new TypeError(
          `${owner}: the bias of [${sequence.join(', ')}] must be a number, got ${shown(bias)}.`,
        );
      }
      biases.set(sequence.join(), [sequence, bias]);
    }
    this.#biases = [...biases.values()];
  }

  process(inputIds: readonly number[], scores: Float32Array): void {
    for (const [sequence, bias] of this.#biases) {
      const begun = sequence.length - 1;
      const start = inputIds.length - begun;
      if (start < 0) continue;
      let i = 0;
      while (i < begun && inputIds[start + i] === sequence[i]) i++;
      if (i === begun) scores[sequence[begun]!]! += bias;
    }
  }
}

/**
 * Forbids to complete sequences of tokens: `SequenceBiasLogitsProcessor` with biases of -Infinity.
 *
 * The end by itself, if it is among them, stays allowed.
 *
 * @throws TypeError for what are no sequences.
 * @throws RangeError unless tokens are whole numbers ≥ 0.
 *
 * @example
 * import { NoBadWordsLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(0, 0, 0);
 * new NoBadWordsLogitsProcessor([[1], [5, 2], [6, 0]]).process([4, 5], scores);
 * scores; // => [0,-Infinity,-Infinity]
 * @category Generation
 */
export class NoBadWordsLogitsProcessor implements LogitsProcessor {
  readonly #bias: SequenceBiasLogitsProcessor | null;

  constructor(
    badWordsIds: readonly (readonly number[])[],
    eosTokenId?: number | readonly number[],
  ) {
    const owner = 'NoBadWordsLogitsProcessor';
    if (!Array.isArray(badWordsIds) || badWordsIds.length === 0) {
      throw new TypeError(
        `${owner}: badWordsIds must be sequences of tokens, one at least, such as [[10, 45], [64]], got ${shown(badWordsIds)}.`,
      );
    }
    const words = (badWordsIds as readonly (readonly number[])[]).map((word) =>
      tokensOf(owner, 'a sequence', word),
    );
    const eos = eosTokenId === undefined ? [] : tokensOf(owner, 'eosTokenId', eosTokenId);
    const kept = words.filter((word) => word.length > 1 || !eos.includes(word[0]!));
    this.#bias =
      kept.length === 0
        ? null
        : new SequenceBiasLogitsProcessor(kept.map((word) => [word, -Infinity]));
  }

  process(inputIds: readonly number[], scores: Float32Array): void {
    this.#bias?.process(inputIds, scores);
  }
}

/** The tokens that may follow those of a sequence, its prompt's first. */
export type PrefixAllowedTokensFn = (
  batchIndex: number,
  inputIds: readonly number[],
) => readonly number[];

/**
 * Allows the tokens that a function names for the tokens so far, and no others.
 *
 * Where all of those have been forbidden by others they get the score 0.
 *
 * @throws {@link DataError} if the function names no token.
 * @throws RangeError for a token that there is not.
 *
 * @example
 * import { PrefixConstrainedLogitsProcessor } from '@kasane/seq2seq';
 * const scores = Float32Array.of(1, 2, 3);
 * const allowed = (batchIndex: number, inputIds: readonly number[]): number[] => [inputIds.at(-1)! + 1, batchIndex];
 * new PrefixConstrainedLogitsProcessor(allowed).process([0], scores, 0);
 * scores; // => [1,2,-Infinity]
 * @see De Cao et al. (2021), Autoregressive Entity Retrieval.
 * @category Generation
 */
export class PrefixConstrainedLogitsProcessor implements LogitsProcessor {
  readonly #allowed: PrefixAllowedTokensFn;

  constructor(prefixAllowedTokensFn: PrefixAllowedTokensFn) {
    if (typeof prefixAllowedTokensFn !== 'function') {
      throw new TypeError(
        `PrefixConstrainedLogitsProcessor: prefixAllowedTokensFn must be a function, got ${shown(prefixAllowedTokensFn)}.`,
      );
    }
    this.#allowed = prefixAllowedTokensFn;
  }

  process(inputIds: readonly number[], scores: Float32Array, batchIndex: number): void {
    const allowed = this.#allowed(batchIndex, inputIds);
    if (allowed.length === 0) {
      throw new DataError(
        `PrefixConstrainedLogitsProcessor: prefixAllowedTokensFn allows nothing after [${inputIds.join(', ')}] of prompt ${batchIndex}; it must give one token at least, such as the end.`,
      );
    }
    const kept = allowed.map((token) => {
      requireWhole('prefixAllowedTokensFn', 'a token', token, 0, scores.length - 1);
      return scores[token]!;
    });
    const impossible = largest(Float32Array.from(kept)) === -Infinity;
    scores.fill(-Infinity);
    for (const [i, token] of allowed.entries()) scores[token] = impossible ? 0 : kept[i]!;
  }
}
