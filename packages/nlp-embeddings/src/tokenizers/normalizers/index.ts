/** Change texts before they are split. */
export { BertNormalizer, type BertNormalizerOptions } from './bert.ts';
export { ByteLevel, Lowercase, Nmt, Strip, StripAccents, type StripOptions } from './characters.ts';
export { Normalizer } from './normalizer.ts';
export { Precompiled, SentencePieceCharsMap } from './precompiled.ts';
export { Prepend, Replace, Sequence } from './sequence.ts';
export { NFC, NFD, NFKC, NFKD } from './unicode.ts';
