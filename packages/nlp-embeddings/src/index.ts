/**
 * Vectors of words: learnt, kept and looked up.
 *
 * @packageDocumentation
 */
export { FastText, type FastTextOptions } from './fasttext/fasttext.ts';
export type { SubwordOptions } from './fasttext/subwords.ts';
export { GloVe, type GloVeOptions, type GloVeProgress } from './glove/glove.ts';
export { ngrams, type NgramsOptions } from './ngrams.ts';
export { Phrases, type PhraseCounts, type PhrasesOptions } from './phrases.ts';
export {
  Vocabulary,
  type SpecialTokens,
  type VocabularyDecodeOptions,
  type VocabularyEncodeOptions,
  type VocabularyFromOptions,
  type VocabularyJSON,
  type VocabularyOptions,
} from './vocabulary.ts';
export type { Sentences } from './word2vec/corpus.ts';
export type { TrainOptions, Watching, Word2VecOptions } from './word2vec/options.ts';
export type { TrainingProgress } from './word2vec/train.ts';
export { Word2Vec } from './word2vec/word2vec.ts';
export {
  KeyedVectors,
  type AnalogyOptions,
  type KeyedVectorsOptions,
  type MostSimilarOptions,
  type NearestOptions,
  type Neighbor,
} from './vectors/keyed-vectors.ts';
export { FastTextKeyedVectors, type SubwordVectors } from './vectors/fasttext-keyed-vectors.ts';
export {
  evaluateAnalogies,
  evaluateWordPairs,
  type AnalogiesOptions,
  type AnalogiesResult,
  type AnalogySection,
  type EvaluateOptions,
  type WordPairsResult,
} from './vectors/evaluate.ts';
export {
  readBinaryVectors,
  writeBinaryVectors,
  type ReadBinaryVectorsOptions,
} from './vectors/binary-format.ts';
export { readFastTextVectors, type ReadFastTextVectorsOptions } from './vectors/fasttext-format.ts';
export type { ByteSource } from './vectors/byte-stream.ts';
export {
  readVectors,
  writeVectors,
  type ReadVectorsOptions,
  type TextSource,
  type WriteVectorsOptions,
} from './vectors/text-format.ts';
export { CBOW } from './layers/cbow.ts';
export {
  negativeSamplingLoss,
  NegativeSampler,
  type NegativeSamplerOptions,
} from './layers/negative-sampling.ts';
export { SkipGram, type WordLayerOptions } from './layers/skip-gram.ts';
export {
  contextWindows,
  Subsampler,
  type ContextWindow,
  type ContextWindowsOptions,
  type SubsamplerOptions,
} from './layers/windows.ts';
