import { optionsOf, requireThat, requireWhole, shown } from '@kasane/tensor-core';
import { tokensOf } from './processors/logits-processor.ts';

/** Limits time; nothing else depends on it. */
// oxlint-disable-next-line no-restricted-properties -- see above
const milliseconds = (): number => performance.now();

/** Says when a sequence is over; transformers' is asked of a batch, with the scores. */
export interface StoppingCriteria {
  /** Whether a sequence, its prompt first, ends with its last token. */
  isDone(inputIds: readonly number[]): boolean;
}

/**
 * Ends sequences that have `maxLength` tokens, the prompt's included.
 *
 * @throws RangeError unless the length is a whole number ≥ 1.
 *
 * @example
 * import { MaxLengthCriteria } from '@kasane/seq2seq';
 * new MaxLengthCriteria(3).isDone([1, 2, 3]); // => true
 * @category Generation
 */
export class MaxLengthCriteria implements StoppingCriteria {
  readonly maxLength: number;

  constructor(maxLength: number) {
    requireWhole('MaxLengthCriteria', 'maxLength', maxLength, 1);
    this.maxLength = maxLength;
  }

  isDone(inputIds: readonly number[]): boolean {
    return inputIds.length >= this.maxLength;
  }
}

/** Options of `MaxTimeCriteria`. */
export interface MaxTimeOptions {
  /** Gives milliseconds. Default: the ordinary clock, `performance.now`. */
  readonly clock?: () => number;
}

/**
 * Ends all sequences so many seconds after it was made, with the token that is then chosen.
 *
 * @throws RangeError unless the time is ≥ 0.
 *
 * @example
 * import { MaxTimeCriteria } from '@kasane/seq2seq';
 * let now = 0;
 * const criteria = new MaxTimeCriteria(2, { clock: () => now });
 * criteria.isDone(); // => false
 * now = 2500;
 * criteria.isDone(); // => true
 * @category Generation
 */
export class MaxTimeCriteria implements StoppingCriteria {
  readonly maxTime: number;
  readonly #clock: () => number;
  readonly #start: number;

  constructor(maxTime: number, options?: MaxTimeOptions) {
    const { clock = milliseconds } = optionsOf('MaxTimeCriteria', options, ['clock']);
    requireThat(maxTime >= 0, 'MaxTimeCriteria', 'maxTime', maxTime, '≥ 0 seconds');
    this.maxTime = maxTime;
    this.#clock = clock;
    this.#start = clock();
  }

  isDone(): boolean {
    return this.#clock() - this.#start > 1000 * this.maxTime;
  }
}

/**
 * Ends sequences with a token, or with one of several.
 *
 * @throws RangeError unless tokens are whole numbers ≥ 0.
 *
 * @example
 * import { EosTokenCriteria } from '@kasane/seq2seq';
 * new EosTokenCriteria([2, 3]).isDone([1, 3]); // => true
 * @category Generation
 */
export class EosTokenCriteria implements StoppingCriteria {
  readonly #eos: readonly number[];

  constructor(eosTokenId: number | readonly number[]) {
    this.#eos = tokensOf('EosTokenCriteria', 'eosTokenId', eosTokenId);
  }

  isDone(inputIds: readonly number[]): boolean {
    return this.#eos.includes(inputIds.at(-1)!);
  }
}

/**
 * Ends sequences whose text, as `decode` gives it, has come to hold a string with the last token. What comes of that token behind the string stays.
 *
 * Strings that the prompt holds end nothing.
 *
 * @throws TypeError for what are no strings, or no function.
 *
 * @example
 * import { StopStringCriteria } from '@kasane/seq2seq';
 * const words = ['a', 'st', 'opera'];
 * const decode = (tokens: readonly number[]): string => tokens.map((token) => words[token]).join('');
 * const criteria = new StopStringCriteria(['stop'], decode);
 * criteria.isDone([0, 1]); // => false
 * criteria.isDone([0, 1, 2]); // => true
 * criteria.isDone([1, 2, 0]); // => false
 * @category Generation
 */
export class StopStringCriteria implements StoppingCriteria {
  readonly #strings: readonly string[];
  readonly #decode: (tokens: readonly number[]) => string;

  constructor(
    stopStrings: string | readonly string[],
    decode: (tokens: readonly number[]) => string,
  ) {
    const strings = typeof stopStrings === 'string' ? [stopStrings] : stopStrings;
    const areStrings = Array.isArray(strings) && strings.length > 0;
    if (!areStrings || !strings.every((one) => typeof one === 'string' && one !== '')) {
      throw new TypeError(
        `StopStringCriteria: stopStrings must be strings that are not empty, one at least, got ${shown(stopStrings)}.`,
      );
    }
    if (typeof decode !== 'function') {
      throw new TypeError(
        `StopStringCriteria: decode must be a function that makes text of tokens, got ${shown(decode)}.`,
      );
    }
    this.#strings = strings;
    this.#decode = decode;
  }

  isDone(inputIds: readonly number[]): boolean {
    const before = this.#decode(inputIds.slice(0, -1));
    const text = this.#decode(inputIds);
    // A token may complete a character that was half there, and so change the text before it.
    let same = 0;
    while (same < before.length && before[same] === text[same]) same++;
    return this.#strings.some((one) => text.includes(one, Math.max(0, same - one.length + 1)));
  }
}
