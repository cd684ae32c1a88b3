import { AlignedText, type Offsets } from '../aligned-text.ts';
import type { Json } from '../fields.ts';

/**
 * Splits a text into the pieces that a model is given one by one. A pre-tokenizer of one's own extends this class.
 *
 * @example
 * import { AlignedText, preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * class Halves extends preTokenizers.PreTokenizer {
 *   split(text: AlignedText): AlignedText[] {
 *     const middle = text.text.length >> 1;
 *     return [text.slice(0, middle), text.slice(middle, text.text.length)];
 *   }
 * }
 * new Halves().preTokenizeStr('abcd'); // => [["ab",[0,2]],["cd",[2,4]]]
 */
export abstract class PreTokenizer {
  /** The pieces of a text, in their order. Empty ones are left out by who asks. */
  abstract split(text: AlignedText): AlignedText[];

  /** The pieces of a text by itself, with where they stand in it. */
  preTokenizeStr(text: string): [text: string, offsets: Offsets][] {
    return this.split(new AlignedText(text))
      .filter((piece) => piece.text !== '')
      .map((piece) => [piece.text, piece.span(0, piece.text.length)]);
  }

  /** As tokenizer.json has it. */
  toJSON(): Json {
    throw new TypeError(
      `${this.constructor.name}: tokenizer.json has no such pre-tokenizer, so that it cannot be saved.`,
    );
  }
}
