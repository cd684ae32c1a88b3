/** Split texts into pieces. */
export { ByteLevel, type ByteLevelOptions } from './byte-level.ts';
export { Metaspace, type MetaspaceOptions, type PrependScheme } from './metaspace.ts';
export { PreTokenizer } from './pre-tokenizer.ts';
export { fromTokens, IntlSegmenter, Segmented, type Segmenter } from './segmenter.ts';
export { Sequence } from './sequence.ts';
export {
  BertPreTokenizer,
  CharDelimiterSplit,
  Digits,
  FixedLength,
  Punctuation,
  Split,
  Whitespace,
  WhitespaceSplit,
  type DigitsOptions,
  type SplitOptions,
} from './split.ts';
