/**
 * Seq2seq for Kasane.
 *
 * @packageDocumentation
 */
export { seq2seq } from './seq2seq.ts';
export * from './metrics.ts';
