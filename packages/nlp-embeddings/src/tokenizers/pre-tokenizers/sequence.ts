import type { AlignedText } from '../aligned-text.ts';
import type { Json } from '../fields.ts';
import { PreTokenizer } from './pre-tokenizer.ts';

/**
 * Splits with one pre-tokenizer, then each piece with the next.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * const { Digits, Sequence, WhitespaceSplit } = preTokenizers;
 * const split = new Sequence([new WhitespaceSplit(), new Digits()]);
 * split.preTokenizeStr('room 12b').map(([text]) => text); // => ["room","12","b"]
 */
export class Sequence extends PreTokenizer {
  readonly preTokenizers: readonly PreTokenizer[];

  constructor(preTokenizers: readonly PreTokenizer[]) {
    super();
    this.preTokenizers = [...preTokenizers];
  }

  split(text: AlignedText): AlignedText[] {
    let pieces = [text];
    for (const one of this.preTokenizers) {
      const next: AlignedText[] = [];
      for (const piece of pieces) {
        if (piece.text !== '') for (const part of one.split(piece)) next.push(part);
      }
      pieces = next;
    }
    return pieces;
  }

  override toJSON(): Json {
    return { type: 'Sequence', pretokenizers: this.preTokenizers.map((one) => one.toJSON()) };
  }
}
