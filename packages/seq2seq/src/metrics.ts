/**
 * Metrics of text, without models: BLEU, chrF and TER as sacrebleu computes them, word errors, and tests of significance.
 *
 * @packageDocumentation
 */
export { BLEU, BLEUScore, type BLEUOptions, type BLEUSmoothing } from './metrics/bleu.ts';
export type { BLEUTokenizer } from './metrics/tokenizers.ts';
export {
  CorpusMetric,
  CorpusScore,
  type CorpusCounts,
  type FormatOptions,
  type References,
} from './metrics/corpus-metric.ts';
