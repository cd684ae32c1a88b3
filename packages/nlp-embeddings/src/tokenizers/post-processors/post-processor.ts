import { Encoding } from '../encoding.ts';
import type { Json } from '../fields.ts';

/**
 * Puts special tokens to one or two encoded texts and makes one encoding of them. A post-processor of one's own extends this class.
 *
 * @throws TypeError in `toJSON` unless the class has its own, for tokenizer.json knows only HF's.
 *
 * @example
 * import { Encoding, postProcessors } from '@kasane/nlp-embeddings/tokenizers';
 * class Second extends postProcessors.PostProcessor {
 *   addedTokens(): number {
 *     return 0;
 *   }
 *   process(encodings: readonly Encoding[]): Encoding {
 *     return encodings.at(-1)!;
 *   }
 * }
 * new Second().addedTokens(); // => 0
 */
export abstract class PostProcessor {
  /** How many tokens it puts to a text or a pair, for truncation. */
  abstract addedTokens(isPair: boolean): number;

  /** One encoding of one or two. */
  abstract process(encodings: readonly Encoding[], addSpecialTokens: boolean): Encoding;

  /** As tokenizer.json has it. */
  toJSON(): Json {
    throw new TypeError(
      `${this.constructor.name}: tokenizer.json has no such post-processor, so that it cannot be saved.`,
    );
  }
}

/** One behind the other. */
export function joined(encodings: readonly Encoding[]): Encoding {
  const [first, ...others] = encodings;
  return others.reduce((all, one) => all.followedBy(one), first ?? nothing);
}

const nothing = new Encoding({
  ids: [],
  tokens: [],
  starts: [],
  ends: [],
  wordIds: [],
  typeIds: [],
  sequenceIds: [],
  specialTokensMask: [],
  attentionMask: [],
});
