/** Make tokens of pieces of text. */
export { BPE, type BPEOptions, type Merge } from './bpe.ts';
export { Model, type Tokens, type Vocab } from './model.ts';
export {
  Unigram,
  type Segmentation,
  type UnigramOptions,
  type UnigramSampleOptions,
} from './unigram.ts';
export {
  Characters,
  WordLevel,
  WordPiece,
  type WordLevelOptions,
  type WordPieceOptions,
} from './word-level.ts';
