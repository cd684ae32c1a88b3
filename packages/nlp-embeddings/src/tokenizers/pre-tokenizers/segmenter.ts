import { shown } from '@kasane/tensor-core';
import type { AlignedText, Emit } from '../aligned-text.ts';
import { PreTokenizer } from './pre-tokenizer.ts';
import { requireText } from '../given.ts';

/**
 * Splits text of a language without spaces into words. What it gives, joined, is the text; white space may be missing.
 *
 * TinySegmenter (`npm i tiny-segmenter`) is one as it is; lindera's wasm with `fromTokens`.
 */
export interface Segmenter {
  /** The words of a text, in their order. */
  segment(text: string): readonly string[];
}

/**
 * Words as a segmenter finds them.
 *
 * @throws TypeError for what has no method `segment`.
 * @throws RangeError for a word that the text does not have in its place.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * const { IntlSegmenter, Segmented } = preTokenizers;
 * const words = new Segmented(new IntlSegmenter('ja'));
 * words.preTokenizeStr('図書館で学習').map(([text]) => text); // => ["図書館","で","学習"]
 */
export class Segmented extends PreTokenizer {
  readonly segmenter: Segmenter;

  constructor(segmenter: Segmenter) {
    super();
    if (typeof Object(segmenter).segment !== 'function') {
      throw new TypeError(
        `Segmented: the segmenter must have a method segment(text), got ${shown(segmenter)}.`,
      );
    }
    this.segmenter = segmenter;
  }

  split(source: AlignedText, emit: Emit): void {
    const { text } = source;
    let at = 0;
    const refuse = (word: string): never => {
      throw new RangeError(
        `Segmented: the segmenter gave ${word}, but the text goes on with ${JSON.stringify(text.slice(at, at + 20))}; its words must be those of the text, in their order.`,
      );
    };
    for (const word of this.segmenter.segment(text)) {
      const from = text.indexOf(word, at);
      if (from < 0 || isInk(text.slice(at, from))) refuse(JSON.stringify(word));
      at = from + word.length;
      if (isInk(word)) emit(source.slice(from, at));
    }
    if (isInk(text.slice(at))) refuse('no more words');
  }
}

/** Whether there is something but white space. */
function isInk(text: string): boolean {
  return /\P{White_Space}/u.test(text);
}

/**
 * The words that the JavaScript engine's `Intl.Segmenter` finds, with ICU's dictionaries: for Japanese, Chinese, Thai and others.
 *
 * It is asked for one sentence at a time, because it takes time that grows with the square of the length; sentences end with 。！？, their Latin like,
 * or a line. Other engines may find other words.
 *
 * @throws RangeError for a locale that is no tag of a language.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * new preTokenizers.IntlSegmenter('en').segment('Oh no. Two!'); // => ["Oh"," ","no","."," ","Two","!"]
 */
export class IntlSegmenter implements Segmenter {
  readonly #words: Intl.Segmenter;

  constructor(locale: string = 'ja') {
    try {
      this.#words = new Intl.Segmenter(locale, { granularity: 'word' });
    } catch (cause) {
      throw new RangeError(
        `IntlSegmenter: locale must be the tag of a language, such as 'ja', got ${shown(locale)}.`,
        { cause },
      );
    }
  }

  /** The words of a text, in their order, spaces and punctuation among them. */
  segment(text: string): string[] {
    requireText('IntlSegmenter.segment', 'text', text);
    // A sentence, but no more than 1,000 characters of what has no end.
    const sentences = text.match(/[^。．！？!?.\n]{0,1000}[。．！？!?.\n]*/gu) ?? [];
    return sentences.flatMap((one) =>
      Array.from(this.#words.segment(one), ({ segment }) => segment),
    );
  }
}

/**
 * A segmenter of a function that gives tokens as objects, such as lindera's: `fromTokens((text) => lindera.tokenize(text), 'surface')`.
 *
 * @throws TypeError for a token whose field is no string.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * const tokenize = (text: string) => [...text].map((surface) => ({ surface }));
 * preTokenizers.fromTokens(tokenize, 'surface').segment('ab'); // => ["a","b"]
 */
export function fromTokens(
  tokenize: (text: string) => Iterable<object>,
  field: string = 'surface',
): Segmenter {
  return {
    segment: (text) =>
      Array.from(tokenize(text), (token) => {
        const value: unknown = Reflect.get(token, field);
        if (typeof value === 'string') return value;
        throw new TypeError(
          `fromTokens: the field "${field}" of a token must be a string, got ${shown(value)}; it has ${Object.keys(token).join(', ')}.`,
        );
      }),
  };
}
