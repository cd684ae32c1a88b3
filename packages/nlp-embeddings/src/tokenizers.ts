/**
 * Tokenizers: pipelines of small stages, with Hugging Face's names, results and files.
 *
 * @packageDocumentation
 */
export type { AddedToken, IdentifiedToken } from './tokenizers/added-tokens.ts';
export {
  AlignedText,
  Rewriter,
  type Emit,
  type Memo,
  type Offsets,
} from './tokenizers/aligned-text.ts';
export * as decoders from './tokenizers/decoders/index.ts';
export {
  Encoding,
  type EncodingParts,
  type PadOptions,
  type Side,
  type TruncateOptions,
} from './tokenizers/encoding.ts';
export type { Json } from './tokenizers/fields.ts';
export * as models from './tokenizers/models/index.ts';
export * as normalizers from './tokenizers/normalizers/index.ts';
export { Regex, type PatternLike, type SplitBehavior } from './tokenizers/pattern.ts';
export * as postProcessors from './tokenizers/post-processors/index.ts';
export * as preTokenizers from './tokenizers/pre-tokenizers/index.ts';
export { fromSentencePiece, type SentencePieceOptions } from './tokenizers/sentencepiece.ts';
export type {
  Padding,
  PaddingOptions,
  Truncation,
  TruncationOptions,
  TruncationStrategy,
} from './tokenizers/sizes.ts';
export {
  fromTiktoken,
  toTiktoken,
  type TiktokenOptions,
  type TiktokenPattern,
} from './tokenizers/tiktoken.ts';
export {
  Tokenizer,
  type DecodeOptions,
  type EncodeBatchOptions,
  type EncodeOptions,
  type TextInput,
  type TokenizerOptions,
} from './tokenizers/tokenizer.ts';
export * as trainers from './tokenizers/trainers/index.ts';
