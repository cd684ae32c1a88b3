import {
  defaultGenerator,
  formatShape,
  optionsOf,
  requireWhole,
  ShapeError,
  shown,
  Tensor,
  type Generator,
} from '@kasane/tensor-core';
import type { StepModel } from '../step-model.ts';
import { Turns } from '@kasane/tensor-core/turns';
import { checkOptions } from './check-options.ts';
import type { Wanted } from './decoding.ts';
import { generateNames, type GenerateOptions } from './generate-options.ts';
import { processorsOf, type Bounds } from './processors-of.ts';
import { tokensOf, type LogitsProcessor } from './processors/logits-processor.ts';
import { EosTokenCriteria, MaxLengthCriteria, type StoppingCriteria } from './stopping-criteria.ts';

/** A prompt, and what holds for what is written after it. */
export interface Prompt extends Bounds {
  readonly tokens: readonly number[];
  /** Which one it is. */
  readonly index: number;
  readonly processors: readonly LogitsProcessor[];
  readonly criteria: readonly StoppingCriteria[];
}

/** What all searches go by: the options with their defaults, checked. */
export interface Plan {
  readonly prompts: readonly Prompt[];
  /** Tokens of the shortest prompt: those that all sequences begin with before any token is chosen. */
  readonly shortest: number;
  readonly signal: AbortSignal | undefined;
  readonly generator: Generator | null;
  readonly numReturnSequences: number;
  readonly outputScores: boolean;
  readonly outputAttentions: boolean;
  /** Every token that an option names, to be held to the vocabulary. */
  readonly named: readonly (readonly [option: string, token: number])[];
}

/** The options of `generate`, checked; reads the prompts. */
export async function planOf<State>(
  model: StepModel<State>,
  options: GenerateOptions<State>,
): Promise<Plan> {
  if (options === undefined) {
    throw new TypeError('generate: needs options with inputIds and state at least, got none.');
  }
  optionsOf('generate', options, generateNames);
  for (const method of ['step', 'select'] as const) {
    if (typeof model?.[method] === 'function') continue;
    throw new TypeError(
      `generate: the model must have a method ${method}, as a StepModel has, got ${shown(model)}.`,
    );
  }
  checkOptions(options);
  const given = await promptsOf(options.inputIds);
  const eos =
    options.eosTokenId === undefined ? [] : tokensOf('generate', 'eosTokenId', options.eosTokenId);
  checkMethods('logitsProcessor', 'process', options.logitsProcessor);
  checkMethods('stoppingCriteria', 'isDone', options.stoppingCriteria);
  if (options.padTokenId !== undefined) requireWhole('generate', 'padTokenId', options.padTokenId);
  const shortest = Math.min(...given.map(({ length }) => length));
  // Prompts of one length share their rules.
  const rules = new Map<number, Omit<Prompt, 'tokens' | 'index'>>();
  const prompts = given.map((tokens, index): Prompt => {
    const found = rules.get(tokens.length) ?? rulesOf(options, tokens.length, eos);
    rules.set(tokens.length, found);
    return { ...found, tokens, index };
  });
  return {
    prompts,
    shortest,
    signal: options.signal,
    generator: options.doSample === true ? (options.generator ?? defaultGenerator()) : null,
    numReturnSequences: options.numReturnSequences ?? 1,
    outputScores: options.outputScores === true,
    outputAttentions: options.outputAttentions === true,
    named: namedTokens(options),
  };
}

function rulesOf<State>(
  options: GenerateOptions<State>,
  promptLength: number,
  eos: readonly number[],
): Omit<Prompt, 'tokens' | 'index'> {
  checkForced(options, promptLength);
  const bounds = { promptLength, maxLength: maxLengthOf(options, promptLength), eos };
  return {
    ...bounds,
    processors: processorsOf(options, bounds),
    criteria: [
      new MaxLengthCriteria(bounds.maxLength),
      ...(eos.length === 0 ? [] : [new EosTokenCriteria(eos)]),
      ...(options.stoppingCriteria ?? []),
    ],
  };
}

/** What comes after the tokens so far if it is still the prompt's, undefined where a token has to be chosen. */
export function promptToken({ tokens }: Prompt, soFar: readonly number[]): number | undefined {
  return tokens[soFar.length];
}

/** Whether a sequence is over; never while its prompt is read. */
export function isOver({ promptLength, criteria }: Prompt, tokens: readonly number[]): boolean {
  return tokens.length > promptLength && criteria.some((rule) => rule.isDone(tokens));
}

/** What is read of each step. */
export function wantedOf(plan: Plan, more: Wanted = {}): Wanted {
  return { attention: plan.outputAttentions, ...more };
}

async function promptsOf(
  inputIds: readonly (readonly number[])[] | Tensor,
): Promise<readonly (readonly number[])[]> {
  const prompts = inputIds instanceof Tensor ? await rowsOfTensor(inputIds) : inputIds;
  const areLists = Array.isArray(prompts) && prompts.length > 0;
  if (!areLists || !prompts.every((one) => Array.isArray(one) && one.length > 0)) {
    throw new TypeError(
      'generate: inputIds must be one list of tokens for each prompt, none empty, such as [[1]] for one prompt that is the token 1.',
    );
  }
  for (const [i, prompt] of prompts.entries()) {
    for (const token of prompt) requireWhole('generate', `a token of prompt ${i}`, token);
  }
  return prompts;
}

async function rowsOfTensor(ids: Tensor): Promise<number[][]> {
  if (ids.ndim !== 2) {
    throw new ShapeError(`generate: inputIds must be (N, L), got ${formatShape(ids.shape)}.`);
  }
  const data = await ids.data();
  const width = ids.shape[1]!;
  return Array.from({ length: ids.shape[0]! }, (_, i) =>
    Array.from(data.subarray(i * width, (i + 1) * width)),
  );
}

/** Unless told otherwise, 20 tokens after the prompt. */
function maxLengthOf<State>(options: GenerateOptions<State>, promptLength: number): number {
  const { maxLength, maxNewTokens, minLength, minNewTokens } = options;
  if (maxNewTokens !== undefined) requireWhole('generate', 'maxNewTokens', maxNewTokens, 1);
  if (maxLength !== undefined) requireWhole('generate', 'maxLength', maxLength, promptLength + 1);
  const most = maxLength ?? promptLength + (maxNewTokens ?? 20);
  if (minLength !== undefined) requireWhole('generate', 'minLength', minLength, 0, most);
  if (minNewTokens !== undefined) {
    requireWhole('generate', 'minNewTokens', minNewTokens, 0, most - promptLength);
  }
  return most;
}

function checkForced<State>(options: GenerateOptions<State>, promptLength: number): void {
  const { forcedBosTokenId, forcedEosTokenId, suppressTokens = [] } = options;
  if (forcedBosTokenId !== undefined && promptLength !== 1) {
    throw new Error(
      `generate: forcedBosTokenId is the token after a prompt of one token, and a prompt has ${promptLength}. Leave it out, or add it to the prompts.`,
    );
  }
  for (const [name, forced] of Object.entries({ forcedBosTokenId, forcedEosTokenId })) {
    if (forced === undefined) continue;
    const tokens = tokensOf('generate', name, forced);
    if (tokens.every((token) => suppressTokens.includes(token))) {
      throw new Error(
        `generate: ${name} ${tokens.join(', ')} is among suppressTokens, so that nothing could come. Leave it out of one.`,
      );
    }
  }
}

function checkMethods(option: string, method: string, list: unknown = []): void {
  const has = (one: unknown): boolean => typeof Object(one)[method] === 'function';
  if (Array.isArray(list) && list.every(has)) return;
  throw new TypeError(
    `generate: ${option} must be an array of objects with a method ${method}, got ${shown(list)}. Write [one].`,
  );
}

function namedTokens<State>(options: GenerateOptions<State>): [string, number][] {
  const lists = {
    eosTokenId: options.eosTokenId,
    forcedBosTokenId: options.forcedBosTokenId,
    forcedEosTokenId: options.forcedEosTokenId,
    suppressTokens: options.suppressTokens,
    beginSuppressTokens: options.beginSuppressTokens,
    badWordsIds: options.badWordsIds?.flat(),
    sequenceBias: options.sequenceBias?.flatMap(([sequence]) => sequence),
  };
  return Object.entries(lists).flatMap(([option, tokens]) =>
    [tokens ?? []].flat().map((token): [string, number] => [option, token]),
  );
}

/** Throws RangeError for tokens that options name and the model does not have. */
export function checkNamed({ named }: Plan, vocabulary: number): void {
  for (const [option, token] of named) {
    requireWhole(
      'generate',
      `${option} for a model of ${vocabulary} tokens`,
      token,
      0,
      vocabulary - 1,
    );
  }
}

/** Applies all rules to the scores of a sequence, and gives others their turn. */
export class Rules {
  readonly #plan: Plan;
  readonly #turns = new Turns();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** Whether there is a token that can come. Throws RangeError for scores that are NaN or Infinity. */
  async apply(tokens: readonly number[], scores: Float32Array, prompt: Prompt): Promise<boolean> {
    if (this.#turns.due) await this.#turns.give();
    this.#plan.signal?.throwIfAborted();
    for (const rule of prompt.processors) rule.process(tokens, scores, prompt.index);
    let possible = false;
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!;
      if (!(score < Infinity)) {
        throw new RangeError(
          `generate: scores must be numbers below Infinity, got ${score} for token ${i} after [${tokens.join(', ')}] of prompt ${prompt.index}. See what the model gives; removeInvalidValues makes them finite.`,
        );
      }
      if (score > -Infinity) possible = true;
    }
    return possible;
  }

  /** Throws RangeError if no token can come. */
  async applyAll(tokens: readonly number[], scores: Float32Array, prompt: Prompt): Promise<void> {
    if (!(await this.apply(tokens, scores, prompt))) throw nothingLeft(tokens, prompt);
  }
}

/** For a sequence that can neither go on nor end. */
export function nothingLeft(tokens: readonly number[], { index }: Prompt): RangeError {
  return new RangeError(
    `generate: no token can come after [${tokens.join(', ')}] of prompt ${index}, for all are forbidden. Allow one, such as eosTokenId.`,
  );
}
