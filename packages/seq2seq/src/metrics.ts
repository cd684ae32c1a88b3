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
export { CHRF, CHRFScore, type CHRFOptions } from './metrics/chrf.ts';
export { TER, TERScore, type TEROptions } from './metrics/ter.ts';
export { characterErrorRate, editDistance, wordErrorRate } from './metrics/edit-distance.ts';
export { distinctN } from './metrics/distinct-n.ts';
export { perplexity } from './metrics/perplexity.ts';
export {
  approximateRandomization,
  pairedBootstrap,
  type BootstrapSignificance,
  type Significance,
  type SignificanceOptions,
  type Systems,
} from './metrics/significance.ts';
