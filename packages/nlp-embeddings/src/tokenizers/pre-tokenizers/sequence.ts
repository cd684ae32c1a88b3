import type { AlignedText, Emit } from '../aligned-text.ts';
import type { Json } from '../fields.ts';
import { PreTokenizer } from './pre-tokenizer.ts';
import { stagesOf } from '../given.ts';

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
    this.preTokenizers = stagesOf('Sequence', 'preTokenizers', preTokenizers, 'split');
  }

  split(text: AlignedText, emit: Emit): void {
    this.#from(0, text, emit);
  }

  /** Splits with those from one on. */
  #from(at: number, text: AlignedText, emit: Emit): void {
    const one = this.preTokenizers[at];
    if (text.text === '') return;
    if (one === undefined) emit(text);
    else if (at + 1 === this.preTokenizers.length) one.split(text, emit);
    else one.split(text, (piece) => this.#from(at + 1, piece, emit));
  }

  override toJSON(): Json {
    return { type: 'Sequence', pretokenizers: this.preTokenizers.map((one) => one.toJSON()) };
  }
}
