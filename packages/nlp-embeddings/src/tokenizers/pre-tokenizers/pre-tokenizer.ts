import { AlignedText, type Emit, type Offsets } from '../aligned-text.ts';
import type { Json } from '../fields.ts';
import { requireText } from '../given.ts';

/**
 * Splits a text into the pieces that a model is given one by one. A pre-tokenizer of one's own extends this class.
 *
 * @throws TypeError in `toJSON` unless the class has its own, for tokenizer.json knows only HF's.
 *
 * @example
 * import { preTokenizers, type AlignedText, type Emit } from '@kasane/nlp-embeddings/tokenizers';
 * class Halves extends preTokenizers.PreTokenizer {
 *   split(text: AlignedText, emit: Emit): void {
 *     const middle = text.text.length >> 1;
 *     emit(text.slice(0, middle));
 *     emit(text.slice(middle, text.text.length));
 *   }
 * }
 * new Halves().preTokenizeStr('abcd'); // => [["ab",[0,2]],["cd",[2,4]]]
 */
export abstract class PreTokenizer {
  /** Gives the pieces of a text one after the other. Empty ones are left out by who asks. */
  abstract split(text: AlignedText, emit: Emit): void;

  /** The pieces of a text by itself, with where they stand in it. */
  preTokenizeStr(text: string): [text: string, offsets: Offsets][] {
    requireText(`${this.constructor.name}.preTokenizeStr`, 'text', text);
    const pieces: [string, Offsets][] = [];
    this.split(new AlignedText(text), (piece) => {
      if (piece.text !== '') pieces.push([piece.text, piece.span(0, piece.text.length)]);
    });
    return pieces;
  }

  /** As tokenizer.json has it. */
  toJSON(): Json {
    throw new TypeError(
      `${this.constructor.name}: tokenizer.json has no such pre-tokenizer, so that it cannot be saved.`,
    );
  }
}
