import type { GenerateOptions } from './generate-options.ts';
import { EpsilonLogitsWarper, EtaLogitsWarper } from './processors/epsilon.ts';
import {
  ExponentialDecayLengthPenalty,
  ForcedBOSTokenLogitsProcessor,
  ForcedEOSTokenLogitsProcessor,
  MinLengthLogitsProcessor,
  MinNewTokensLengthLogitsProcessor,
} from './processors/lengths.ts';
import type { LogitsProcessor } from './processors/logits-processor.ts';
import { MinPLogitsWarper } from './processors/min-p.ts';
import { InfNanRemoveLogitsProcessor, LogitNormalization } from './processors/normalization.ts';
import {
  NoRepeatNGramLogitsProcessor,
  RepetitionPenaltyLogitsProcessor,
} from './processors/repetition.ts';
import { TemperatureLogitsWarper } from './processors/temperature.ts';
import {
  NoBadWordsLogitsProcessor,
  PrefixConstrainedLogitsProcessor,
  SequenceBiasLogitsProcessor,
  SuppressTokensAtBeginLogitsProcessor,
  SuppressTokensLogitsProcessor,
} from './processors/tokens.ts';
import { TopHLogitsWarper } from './processors/top-h.ts';
import { TopKLogitsWarper } from './processors/top-k.ts';
import { TopPLogitsWarper } from './processors/top-p.ts';
import { TypicalLogitsWarper } from './processors/typical.ts';

/** Lengths of the sequences that are written, and what ends them. */
export interface Bounds {
  readonly promptLength: number;
  readonly maxLength: number;
  readonly eos: readonly number[];
}

/** The rules that options name, in the order of transformers: those for all searches, own ones, those for drawing. */
export function processorsOf<State>(
  options: GenerateOptions<State>,
  bounds: Bounds,
): LogitsProcessor[] {
  const rules = [...ruling(options, bounds)];
  const filters = options.doSample === true ? [...drawing(options, bounds)] : [];
  for (const own of options.logitsProcessor ?? []) {
    const same = [...rules, ...filters].find((rule) => rule.constructor === own.constructor);
    if (same === undefined) continue;
    throw new Error(
      `generate: logitsProcessor has a ${same.constructor.name}, and another option asks for one. Leave one out.`,
    );
  }
  return [
    ...rules,
    ...(options.logitsProcessor ?? []),
    ...filters,
    ...(options.renormalizeLogits === true ? [new LogitNormalization()] : []),
  ];
}

function* ruling<State>(
  options: GenerateOptions<State>,
  { promptLength, maxLength, eos }: Bounds,
): Generator<LogitsProcessor, void> {
  const { repetitionPenalty, noRepeatNgramSize, badWordsIds, minLength, minNewTokens } = options;
  const { forcedBosTokenId, forcedEosTokenId, suppressTokens, beginSuppressTokens } = options;
  const { sequenceBias, prefixAllowedTokensFn, exponentialDecayLengthPenalty } = options;
  if (sequenceBias !== undefined) yield new SequenceBiasLogitsProcessor(sequenceBias);
  if (repetitionPenalty !== undefined)
    yield new RepetitionPenaltyLogitsProcessor(repetitionPenalty);
  if (noRepeatNgramSize !== undefined) yield new NoRepeatNGramLogitsProcessor(noRepeatNgramSize);
  if (badWordsIds !== undefined) {
    yield new NoBadWordsLogitsProcessor(badWordsIds, eos.length === 0 ? undefined : eos);
  }
  if (minLength !== undefined) yield new MinLengthLogitsProcessor(minLength, eos);
  if (minNewTokens !== undefined) {
    yield new MinNewTokensLengthLogitsProcessor(promptLength, minNewTokens, eos);
  }
  if (prefixAllowedTokensFn !== undefined) {
    yield new PrefixConstrainedLogitsProcessor(prefixAllowedTokensFn);
  }
  if (forcedBosTokenId !== undefined) yield new ForcedBOSTokenLogitsProcessor(forcedBosTokenId);
  if (forcedEosTokenId !== undefined) {
    yield new ForcedEOSTokenLogitsProcessor(maxLength, forcedEosTokenId);
  }
  if (options.removeInvalidValues === true) yield new InfNanRemoveLogitsProcessor();
  if (exponentialDecayLengthPenalty !== undefined) {
    yield new ExponentialDecayLengthPenalty(exponentialDecayLengthPenalty, eos, promptLength);
  }
  if (suppressTokens !== undefined) yield new SuppressTokensLogitsProcessor(suppressTokens);
  if (beginSuppressTokens !== undefined) {
    const begin = promptLength + (forcedBosTokenId === undefined ? 0 : 1);
    yield new SuppressTokensAtBeginLogitsProcessor(beginSuppressTokens, begin);
  }
}

function* drawing<State>(
  options: GenerateOptions<State>,
  { eos }: Bounds,
): Generator<LogitsProcessor, void> {
  const { temperature, topH, topK, topP, minP, typicalP, epsilonCutoff, etaCutoff } = options;
  // A beam needs a token to go on with beside those that end it.
  const beams = (options.numBeams ?? 1) > 1;
  const kept = { minTokensToKeep: beams ? Math.max(2, eos.length + 1) : 1 };
  if (temperature !== undefined) yield new TemperatureLogitsWarper(temperature);
  if (topH !== undefined) yield new TopHLogitsWarper(topH);
  if (topK !== undefined) yield new TopKLogitsWarper(topK, kept);
  if (topP !== undefined) yield new TopPLogitsWarper(topP, kept);
  if (minP !== undefined) yield new MinPLogitsWarper(minP, kept);
  if (typicalP !== undefined && typicalP !== 1) yield new TypicalLogitsWarper(typicalP, kept);
  if (epsilonCutoff !== undefined) yield new EpsilonLogitsWarper(epsilonCutoff, kept);
  if (etaCutoff !== undefined) yield new EtaLogitsWarper(etaCutoff, kept);
}
