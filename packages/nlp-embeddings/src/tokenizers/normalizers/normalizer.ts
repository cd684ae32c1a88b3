import { AlignedText } from '../aligned-text.ts';
import type { Json } from '../fields.ts';
import { requireText } from '../given.ts';

/**
 * Changes a text before it is split. A normalizer of one's own extends this class.
 *
 * @throws TypeError in `toJSON` unless the class has its own, for tokenizer.json knows only HF's.
 *
 * @example
 * import { AlignedText, normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * class Exclaim extends normalizers.Normalizer {
 *   normalize(text: AlignedText): AlignedText {
 *     return new normalizers.Replace('!', '?').normalize(text);
 *   }
 * }
 * new Exclaim().normalizeStr('So!'); // => So?
 */
export abstract class Normalizer {
  /** The changed text, or the same if there is nothing to change. */
  abstract normalize(text: AlignedText): AlignedText;

  /** A text by itself. */
  normalizeStr(text: string): string {
    requireText(`${this.constructor.name}.normalizeStr`, 'text', text);
    return this.normalize(new AlignedText(text)).text;
  }

  /** As tokenizer.json has it. */
  toJSON(): Json {
    throw new TypeError(
      `${this.constructor.name}: tokenizer.json has no such normalizer, so that it cannot be saved.`,
    );
  }
}
