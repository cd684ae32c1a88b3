import type { Json } from '../fields.ts';
import { textsOf } from '../given.ts';

/**
 * Makes text of tokens. A decoder of one's own extends this class.
 *
 * @throws TypeError in `toJSON` unless the class has its own, for tokenizer.json knows only HF's.
 *
 * @example
 * import { decoders } from '@kasane/nlp-embeddings/tokenizers';
 * class Dashed extends decoders.Decoder {
 *   decodeChain(tokens: readonly string[]): string[] {
 *     return [tokens.join('-')];
 *   }
 * }
 * new Dashed().decode(['a', 'b']); // => a-b
 */
export abstract class Decoder {
  /** What becomes of the tokens, for the next decoder; joined, they are the text. */
  abstract decodeChain(tokens: readonly string[]): readonly string[];

  /** The text of tokens. */
  decode(tokens: readonly string[]): string {
    const given = textsOf(`${this.constructor.name}.decode`, 'tokens', tokens);
    return this.decodeChain(given).join('');
  }

  /** As tokenizer.json has it. */
  toJSON(): Json {
    throw new TypeError(
      `${this.constructor.name}: tokenizer.json has no such decoder, so that it cannot be saved.`,
    );
  }
}
