/**
 * Nlp embeddings for Kasane.
 *
 * @packageDocumentation
 */
export { nlpEmbeddings } from './nlp-embeddings.ts';
