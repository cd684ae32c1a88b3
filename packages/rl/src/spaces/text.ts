import { defaultGenerator, optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import { allowedBy } from './discrete.ts';
import type { SampleOptions, Space } from './space.ts';

/** Options of `Text`. */
export interface TextOptions {
  /** Default: 1. */
  readonly minLength?: number;
  /** The letters that a text may have. Default: those of the alphabet, large and small, and digits. */
  readonly charset?: string;
}

/** What a text may be drawn as: so long, and of these letters of the charset (0 or 1 each). */
export interface TextMask {
  readonly length?: number;
  readonly charset?: ArrayLike<number>;
}

const alphanumeric = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * Texts of `minLength` to `maxLength` letters; all lengths are drawn equally often. As `gymnasium.spaces.Text`. A mask is an object, there
 * a tuple.
 *
 * @throws RangeError if the lengths are not whole numbers, the greater one at least 1, or a mask does not fit.
 * @throws TypeError if `charset` is empty.
 *
 * @example
 * import { Text } from '@kasane/rl';
 * const space = new Text(3, { charset: 'ab' });
 * [space.contains('aba'), space.contains('abc'), space.contains('')]; // => [true,false,false]
 * space.sample({ mask: { length: 2, charset: [0, 1] } }); // => bb
 * @category Spaces
 */
export class Text implements Space<string, TextMask> {
  readonly maxLength: number;
  readonly minLength: number;
  readonly charset: string;
  readonly #letters: readonly string[];

  constructor(maxLength: number, options?: TextOptions) {
    const { minLength = 1, charset = alphanumeric } = optionsOf('Text', options, [
      'minLength',
      'charset',
    ]);
    requireWhole('Text', 'maxLength', maxLength, 1, 2 ** 24);
    requireWhole('Text', 'minLength', minLength, 0, maxLength);
    if (typeof charset !== 'string' || charset === '') {
      throw new TypeError(`Text: charset must be text with a letter, got ${shown(charset)}.`);
    }
    this.maxLength = maxLength;
    this.minLength = minLength;
    this.#letters = [...new Set(charset)];
    this.charset = this.#letters.join('');
  }

  sample(options?: SampleOptions<TextMask>): string {
    const { generator = defaultGenerator(), mask } = optionsOf('Text', options, [
      'generator',
      'mask',
    ]);
    // Functions and arrays have a length, too.
    if (mask !== undefined && (typeof mask !== 'object' || Array.isArray(mask))) {
      throw new TypeError(`Text: a mask must be { length, charset }, got ${shown(mask)}.`);
    }
    const { length, charset } = optionsOf('Text', mask, ['length', 'charset']);
    if (length !== undefined) {
      requireWhole('Text', 'the length of a mask', length, this.minLength, this.maxLength);
    }
    const count = length ?? this.minLength + generator.below(this.maxLength - this.minLength + 1);
    const letters =
      charset === undefined
        ? this.#letters
        : allowedBy('Text', charset, this.#letters.length).map((i) => this.#letters[i]!);
    return Array.from({ length: count }, () => letters[generator.below(letters.length)]).join('');
  }

  contains(value: unknown): value is string {
    if (typeof value !== 'string') return false;
    const letters = [...value]; // letters beyond 16 bits are one each
    const fits = letters.length >= this.minLength && letters.length <= this.maxLength;
    return fits && letters.every((letter) => this.#letters.includes(letter));
  }

  toString(): string {
    return `Text(${this.minLength}, ${this.maxLength}, charset=${this.charset})`;
  }
}
