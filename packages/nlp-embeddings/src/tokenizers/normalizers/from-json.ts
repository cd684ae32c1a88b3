import { made, type Makers } from '../fields.ts';
import { patternField } from '../pattern.ts';
import { BertNormalizer } from './bert.ts';
import { ByteLevel, Lowercase, Nmt, Strip, StripAccents } from './characters.ts';
import type { Normalizer } from './normalizer.ts';
import { Precompiled } from './precompiled.ts';
import { Prepend, Replace, Sequence } from './sequence.ts';
import { NFC, NFD, NFKC, NFKD } from './unicode.ts';

const makers: Makers<Normalizer> = {
  NFC: () => new NFC(),
  NFD: () => new NFD(),
  NFKC: () => new NFKC(),
  NFKD: () => new NFKD(),
  Lowercase: () => new Lowercase(),
  Strip: (fields) =>
    new Strip({
      left: fields.boolean('strip_left', true),
      right: fields.boolean('strip_right', true),
    }),
  StripAccents: () => new StripAccents(),
  Replace: (fields) => new Replace(patternField(fields, 'pattern'), fields.string('content')),
  Prepend: (fields) => new Prepend(fields.string('prepend')),
  BertNormalizer: (fields) =>
    new BertNormalizer({
      cleanText: fields.boolean('clean_text', true),
      handleChineseChars: fields.boolean('handle_chinese_chars', true),
      stripAccents: fields.optionalBoolean('strip_accents'),
      lowercase: fields.boolean('lowercase', true),
    }),
  ByteLevel: () => new ByteLevel(),
  Nmt: () => new Nmt(),
  Precompiled: (fields) =>
    Precompiled.fromBase64(
      fields.string('precompiled_charsmap'),
      fields.at('precompiled_charsmap'),
    ),
  Sequence: (fields) =>
    new Sequence(
      fields
        .array('normalizers')
        .map((one, i) => normalizerFrom(one, `${fields.at('normalizers')}[${i}]`)),
    ),
};

/** The normalizer that tokenizer.json describes at a place. */
export function normalizerFrom(value: unknown, place: string): Normalizer {
  return made(value, place, makers);
}
