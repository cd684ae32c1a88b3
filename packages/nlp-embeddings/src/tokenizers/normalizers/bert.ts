import { optionsOf } from '@kasane/tensor-core';
import { type AlignedText } from '../aligned-text.ts';
import type { Json } from '../fields.ts';
import { Lowercase, mapCharacters } from './characters.ts';
import { Normalizer } from './normalizer.ts';
import { NFD } from './unicode.ts';

/** Options of `normalizers.BertNormalizer`. */
export interface BertNormalizerOptions {
  /** Leave out control characters, and make all white space spaces. Default true. */
  readonly cleanText?: boolean;
  /** Put spaces around Chinese characters. Default true. */
  readonly handleChineseChars?: boolean;
  /** Leave out accents. Default null: as `lowercase`. */
  readonly stripAccents?: boolean | null;
  /** Default true. */
  readonly lowercase?: boolean;
}

/**
 * What BERT does to a text before it is split.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * new normalizers.BertNormalizer().normalizeStr('Crème\t深い'); // => creme  深 い
 */
export class BertNormalizer extends Normalizer {
  readonly cleanText: boolean;
  readonly handleChineseChars: boolean;
  readonly stripAccents: boolean | null;
  readonly lowercase: boolean;

  constructor(options?: BertNormalizerOptions) {
    super();
    const {
      cleanText = true,
      handleChineseChars = true,
      stripAccents = null,
      lowercase = true,
    } = optionsOf('BertNormalizer', options, [
      'cleanText',
      'handleChineseChars',
      'stripAccents',
      'lowercase',
    ]);
    this.cleanText = cleanText;
    this.handleChineseChars = handleChineseChars;
    this.stripAccents = stripAccents;
    this.lowercase = lowercase;
  }

  normalize(text: AlignedText): AlignedText {
    let changed = text;
    if (this.cleanText) changed = mapCharacters(changed, cleaned);
    if (this.handleChineseChars) {
      changed = mapCharacters(changed, (char) => (isChinese(char) ? ` ${char} ` : null));
    }
    if (this.stripAccents ?? this.lowercase) {
      changed = new NFD().normalize(changed);
      changed = mapCharacters(changed, (char) => (/\p{Mn}/u.test(char) ? '' : null));
    }
    return this.lowercase ? new Lowercase().normalize(changed) : changed;
  }

  override toJSON(): Json {
    return {
      type: 'BertNormalizer',
      clean_text: this.cleanText,
      handle_chinese_chars: this.handleChineseChars,
      strip_accents: this.stripAccents,
      lowercase: this.lowercase,
    };
  }
}

function cleaned(char: string): string | null {
  if (char >= '!' && char <= '~') return null;
  if (/\p{White_Space}/u.test(char)) return /[\t\n\r]|[^\p{Cc}]/u.test(char) ? ' ' : '';
  return char === '\ufffd' || /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u.test(char) ? '' : null;
}

const chinese: readonly (readonly [from: number, to: number])[] = [
  [0x4e00, 0x9fff],
  [0x3400, 0x4dbf],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b920, 0x2ceaf],
  [0xf900, 0xfaff],
  [0x2f800, 0x2fa1f],
];

function isChinese(char: string): boolean {
  const code = char.codePointAt(0)!;
  return code >= 0x3400 && chinese.some(([from, to]) => code >= from && code <= to);
}
