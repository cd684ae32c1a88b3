/**
 * Nlp embeddings for Kasane.
 *
 * @packageDocumentation
 */
export { nlpEmbeddings } from './nlp-embeddings.ts';

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
