import { optionsOf } from '@kasane/tensor-core';
import { Rewriter, unitsAt, type AlignedText } from '../aligned-text.ts';
import { byteChars } from '../byte-chars.ts';
import type { Json } from '../fields.ts';
import { Normalizer } from './normalizer.ts';

/** The text with other text for each character; `null` leaves it as it is. */
export function mapCharacters(
  source: AlignedText,
  change: (char: string) => string | null,
): AlignedText {
  const { text } = source;
  let rewriter: Rewriter | null = null;
  for (let at = 0; at < text.length;) {
    const next = at + unitsAt(text, at);
    const char = text.slice(at, next);
    const changed = change(char) ?? char;
    if (changed !== char && rewriter === null) {
      rewriter = new Rewriter(source);
      rewriter.copy(0, at);
    }
    rewriter?.put(changed, at, next);
    at = next;
  }
  return rewriter?.done() ?? source;
}

/**
 * Small letters for capital ones. Each character by itself, so that a sigma at the end of a word is σ, as in HF's.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * new normalizers.Lowercase().normalizeStr('ÉCOLE ΣΣ'); // => école σσ
 */
export class Lowercase extends Normalizer {
  normalize(text: AlignedText): AlignedText {
    const lower = text.text.toLowerCase();
    if (lower === text.text) return text;
    if (lower.length === text.text.length && !text.text.includes('Σ')) return text.replaced(lower);
    return mapCharacters(text, (char) => char.toLowerCase());
  }

  override toJSON(): Json {
    return { type: 'Lowercase' };
  }
}

/**
 * Leaves out combining marks, such as the accents that NFD makes of letters.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * const { NFD, Sequence, StripAccents } = normalizers;
 * new Sequence([new NFD(), new StripAccents()]).normalizeStr('crème'); // => creme
 */
export class StripAccents extends Normalizer {
  normalize(text: AlignedText): AlignedText {
    return mapCharacters(text, (char) => (/\p{M}/u.test(char) ? '' : null));
  }

  override toJSON(): Json {
    return { type: 'StripAccents' };
  }
}

/**
 * Characters that stand for the text's bytes in UTF-8, one each, as byte-level vocabularies have them.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * new normalizers.ByteLevel().normalizeStr('a é'); // => aĠÃ©
 */
export class ByteLevel extends Normalizer {
  normalize(text: AlignedText): AlignedText {
    return mapCharacters(text, byteChars);
  }

  override toJSON(): Json {
    return { type: 'ByteLevel' };
  }
}

/**
 * Leaves out some control characters and makes spaces of others, as Google's translation did.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * new normalizers.Nmt().normalizeStr('a\tb\u200dc\u0001'); // => a b c
 */
export class Nmt extends Normalizer {
  normalize(text: AlignedText): AlignedText {
    return mapCharacters(text, (char) => {
      const code = char.codePointAt(0)!;
      if ((code >= 1 && code <= 8) || code === 0xb || (code >= 0xe && code <= 0x1f)) return '';
      if (code === 0x7f || code === 0x8f || code === 0x9f) return '';
      return nmtSpaces.has(code) ? ' ' : null;
    });
  }

  override toJSON(): Json {
    return { type: 'Nmt' };
  }
}

const nmtSpaces: ReadonlySet<number> = new Set([
  0x9, 0xa, 0xc, 0xd, 0x1680, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x2581,
  0xfeff, 0xfffd,
]);

/** Options of `normalizers.Strip`. */
export interface StripOptions {
  /** White space in front. Default true. */
  readonly left?: boolean;
  /** White space behind. Default true. */
  readonly right?: boolean;
}

/**
 * Leaves out the white space around a text.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * new normalizers.Strip().normalizeStr('  a b '); // => a b
 */
export class Strip extends Normalizer {
  readonly left: boolean;
  readonly right: boolean;

  constructor(options?: StripOptions) {
    super();
    const { left = true, right = true } = optionsOf('Strip', options, ['left', 'right']);
    this.left = left;
    this.right = right;
  }

  normalize(source: AlignedText): AlignedText {
    const { text } = source;
    let from = 0;
    let to = text.length;
    const isSpace = (at: number): boolean => /\p{White_Space}/u.test(text[at]!);
    if (this.left) while (from < to && isSpace(from)) from++;
    if (this.right) while (to > from && isSpace(to - 1)) to--;
    if (to - from === text.length) return source;
    // Made from the same part of the original, unlike a slice.
    const rewriter = new Rewriter(source);
    rewriter.copy(from, to);
    return rewriter.done();
  }

  override toJSON(): Json {
    return { type: 'Strip', strip_left: this.left, strip_right: this.right };
  }
}
