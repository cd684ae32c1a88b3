import type { Generator, Tensor } from '@kasane/tensor-core';
import type { LogitsProcessor } from './processors/logits-processor.ts';
import type { PrefixAllowedTokensFn, SequenceBias } from './processors/tokens.ts';
import type { StoppingCriteria } from './stopping-criteria.ts';

/** Options of `generate`, by the names of transformers' `GenerationConfig`. */
export interface GenerateOptions<State> {
  // What to write on.
  /** The first tokens of N sequences, at least one each, in lists of any lengths or (N, L), int32. Often the token that begins sequences. */
  readonly inputIds: readonly (readonly number[])[] | Tensor;
  /** What the model knows at the beginning, a row for each prompt. It stays the caller's. */
  readonly state: State;

  // How long.
  /** Tokens of a sequence, its prompt's included. Default: 20 more than the prompt has. */
  readonly maxLength?: number;
  /** Tokens after the prompt; instead of `maxLength`. */
  readonly maxNewTokens?: number;
  /** Tokens of a sequence, its prompt's included, before it may end. */
  readonly minLength?: number;
  /** Tokens after the prompt before a sequence may end; instead of `minLength`. */
  readonly minNewTokens?: number;
  /** What ends sequences, one token or several. */
  readonly eosTokenId?: number | readonly number[];
  /** Fills all sequences up to the length of the longest. Default: they are as long as they are. */
  readonly padTokenId?: number;
  /** Other reasons to end a sequence. */
  readonly stoppingCriteria?: readonly StoppingCriteria[];
  /** Ends all, by throwing the reason. */
  readonly signal?: AbortSignal;

  // Which way.
  /** Draws tokens instead of taking the likeliest. Default false. */
  readonly doSample?: boolean;
  /** What draws. Default `defaultGenerator()`. */
  readonly generator?: Generator;
  /** Sequences that are followed at once. Default 1. */
  readonly numBeams?: number;
  /** Groups of beams that are kept from choosing alike; `numBeams` is a multiple. Default 1. */
  readonly numBeamGroups?: number;
  /** What a token's log-probability loses for each beam of earlier groups that took it at the same step. */
  readonly diversityPenalty?: number;
  /** The weight of not being like what was written in contrastive search; `topK` says among how many tokens it chooses. */
  readonly penaltyAlpha?: number;
  /** Sequences given for each prompt: drawn, or the best of the beams. Default 1. */
  readonly numReturnSequences?: number;
  /** α of ((5 + length) / 6)^α, by which the log-probability of a beam is divided. Default 1; 0 is none. */
  readonly lengthPenalty?: number;
  /**
   * When beam search ends: 'never' (default) when no open beam can come to a better score any more, false when the best open one, if it ended now, would not
   * (transformers' default), true when as many beams as there are have ended.
   */
  readonly earlyStopping?: boolean | 'never';

  // Which tokens are drawn from; only with `doSample`, applied in this order.
  /** Below 1 likely tokens are drawn more often. */
  readonly temperature?: number;
  /** See `TopHLogitsWarper`. */
  readonly topH?: number;
  /** The number of likeliest tokens. No default, where transformers has 50. Also for `penaltyAlpha`. */
  readonly topK?: number;
  /** The share of probability that the likeliest tokens have to reach. */
  readonly topP?: number;
  /** The least probability, as a share of the largest. */
  readonly minP?: number;
  /** The share of probability that the most typical tokens have to reach. */
  readonly typicalP?: number;
  /** The least probability. */
  readonly epsilonCutoff?: number;
  /** The least probability, less where the model is not sure. */
  readonly etaCutoff?: number;

  // What scores become before, in this order.
  /** How much further a source takes the model; with `unconditionalState`. */
  readonly guidanceScale?: number;
  /** A state that knows nothing of the source, or of another; a row for each prompt. */
  readonly unconditionalState?: State;
  /** Sequences of tokens with what is added to their score. */
  readonly sequenceBias?: SequenceBias;
  /** Divides scores of tokens that came up. */
  readonly repetitionPenalty?: number;
  /** No run of so many tokens comes twice. */
  readonly noRepeatNgramSize?: number;
  /** Sequences of tokens that never come. */
  readonly badWordsIds?: readonly (readonly number[])[];
  /** Names the tokens that may follow. */
  readonly prefixAllowedTokensFn?: PrefixAllowedTokensFn;
  /** The token after a prompt of one token. */
  readonly forcedBosTokenId?: number;
  /** The last token, where `maxLength` is reached. */
  readonly forcedEosTokenId?: number | readonly number[];
  /** NaN and infinite scores become finite. */
  readonly removeInvalidValues?: boolean;
  /** From how many tokens after the prompt on the end becomes likelier, and by which factor a token. */
  readonly exponentialDecayLengthPenalty?: readonly [start: number, factor: number];
  /** Tokens that never come. */
  readonly suppressTokens?: readonly number[];
  /** Tokens that never come first. */
  readonly beginSuppressTokens?: readonly number[];
  /** Own rules, applied after those above and before those for drawing. */
  readonly logitsProcessor?: readonly LogitsProcessor[];
  /** Scores become log-probabilities again at the end. */
  readonly renormalizeLogits?: boolean;

  // What is given beside the sequences.
  /** The scores of all tokens at each step, and the log-probability of the one that was taken. */
  readonly outputScores?: boolean;
  /** How much of each token of the source went into each token. */
  readonly outputAttentions?: boolean;
  /** All beams that there were, as a tree. */
  readonly outputBeams?: boolean;
}

export const generateNames = [
  'inputIds',
  'state',
  'maxLength',
  'maxNewTokens',
  'minLength',
  'minNewTokens',
  'eosTokenId',
  'padTokenId',
  'stoppingCriteria',
  'signal',
  'doSample',
  'generator',
  'numBeams',
  'numBeamGroups',
  'diversityPenalty',
  'penaltyAlpha',
  'numReturnSequences',
  'lengthPenalty',
  'earlyStopping',
  'temperature',
  'topH',
  'topK',
  'topP',
  'minP',
  'typicalP',
  'epsilonCutoff',
  'etaCutoff',
  'guidanceScale',
  'unconditionalState',
  'sequenceBias',
  'repetitionPenalty',
  'noRepeatNgramSize',
  'badWordsIds',
  'prefixAllowedTokensFn',
  'forcedBosTokenId',
  'forcedEosTokenId',
  'removeInvalidValues',
  'exponentialDecayLengthPenalty',
  'suppressTokens',
  'beginSuppressTokens',
  'logitsProcessor',
  'renormalizeLogits',
  'outputScores',
  'outputAttentions',
  'outputBeams',
] as const;
