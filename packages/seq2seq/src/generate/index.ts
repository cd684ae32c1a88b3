/** Everything public of generating: searches, the rules for scores, and when to stop. */
export type { FilterOptions, LogitsProcessor } from './processors/logits-processor.ts';
export { EpsilonLogitsWarper, EtaLogitsWarper } from './processors/epsilon.ts';
export {
  ExponentialDecayLengthPenalty,
  ForcedBOSTokenLogitsProcessor,
  ForcedEOSTokenLogitsProcessor,
  MinLengthLogitsProcessor,
  MinNewTokensLengthLogitsProcessor,
} from './processors/lengths.ts';
export { MinPLogitsWarper } from './processors/min-p.ts';
export { InfNanRemoveLogitsProcessor, LogitNormalization } from './processors/normalization.ts';
export {
  NoRepeatNGramLogitsProcessor,
  RepetitionPenaltyLogitsProcessor,
  type RepetitionPenaltyOptions,
} from './processors/repetition.ts';
export { TemperatureLogitsWarper } from './processors/temperature.ts';
export {
  NoBadWordsLogitsProcessor,
  PrefixConstrainedLogitsProcessor,
  SequenceBiasLogitsProcessor,
  SuppressTokensAtBeginLogitsProcessor,
  SuppressTokensLogitsProcessor,
  type PrefixAllowedTokensFn,
  type SequenceBias,
} from './processors/tokens.ts';
export { TopHLogitsWarper } from './processors/top-h.ts';
export { TopKLogitsWarper } from './processors/top-k.ts';
export { TopPLogitsWarper } from './processors/top-p.ts';
export { TypicalLogitsWarper } from './processors/typical.ts';
export { generate, stream, type GenerateOutput } from './generate.ts';
export type { GenerateOptions } from './generate-options.ts';
export type { BeamNode } from './beam-group.ts';
export { ClassifierFreeGuidance, type GuidedState } from './guidance.ts';
export {
  EosTokenCriteria,
  MaxLengthCriteria,
  MaxTimeCriteria,
  StopStringCriteria,
  type MaxTimeOptions,
  type StoppingCriteria,
} from './stopping-criteria.ts';
