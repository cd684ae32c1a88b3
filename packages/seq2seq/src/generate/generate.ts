import type { StepModel } from '../step-model.ts';
import type { BeamNode } from './beam-group.ts';
import { beamSearch } from './beam-search.ts';
import { contrastiveSearch } from './contrastive-search.ts';
import type { GenerateOptions } from './generate-options.ts';
import { ClassifierFreeGuidance } from './guidance.ts';
import { planOf, type Plan } from './plan.ts';
import { sample } from './sample.ts';
import { inOrder, type Written } from './sequence.ts';

/** What `generate` wrote: for each prompt `numReturnSequences`, one after the other. */
export interface GenerateOutput {
  /** The tokens, with the prompt's at the beginning and the one that ended it at the end. */
  readonly sequences: number[][];
  /** Of beams: sums of log-probabilities under the length penalty, the best of a prompt first. */
  readonly sequencesScores?: number[];
  /** With `outputScores`, for each sequence and each of its new tokens: the scores of all tokens, as the processors left them. */
  readonly scores?: Float32Array[][];
  /** With `outputScores`, for each sequence and each of its new tokens: its log-probability; in beam search what it added to the sum. */
  readonly logProbs?: number[][];
  /** With `outputAttentions`, for each sequence and each of its new tokens: how much of each token of the source went into it. */
  readonly attentions?: Float32Array[][];
  /** With `outputBeams`, for each prompt: all beams that there were, each behind the one that it goes on from. */
  readonly beams?: readonly (readonly BeamNode[])[];
}

/**
 * Writes sequences with a model: greedy search, sampling, beam search, diverse beam search or contrastive search, for a batch of prompts at once.
 *
 * | what            | how                                                              |
 * | --------------- | ---------------------------------------------------------------- |
 * | greedy search   | nothing else                                                     |
 * | sampling        | `doSample`, with `temperature`, `topK`, `topP`, …                |
 * | beam search     | `numBeams`, with `lengthPenalty`, `earlyStopping`                |
 * | drawn beams     | both                                                             |
 * | diverse beams   | `numBeams`, `numBeamGroups`, `diversityPenalty`                  |
 * | contrastive     | `penaltyAlpha` and `topK`, of a model whose steps give `hidden`  |
 *
 * Beam search and contrastive search look for the most of
 *
 * $$ \frac{\sum_t \log p(y_t)}{((5 + n) / 6)^\alpha} \quad \text{and} \quad (1 - \alpha) \, p(v) - \alpha \max_j \cos(h_v, h_j) $$
 *
 * with the `lengthPenalty` α of the one and the `penaltyAlpha` α of the other.
 *
 * The model's `step` gives logits, `state` is what it knows at the beginning, and `inputIds` are first tokens. Prompts of different lengths need no padding: the
 * longer ones are read on while others are written already. All options do what they do in
 * transformers, in its order and to its numbers, except: the length penalty is that of Wu et al., n tokens after the prompt with the one that ends a sequence counted; what has
 * ended keeps its place until no open beam can come to a better score (`earlyStopping: 'never'`; as far as no rule raises log-probabilities above 0), and
 * transformers' default is `false`; there is no `topK` unless asked for; sequences end where they end, unless there is a `padTokenId`; what would be ignored is an
 * error. Top-p keeps the token that reaches p, top-k keeps ties.
 *
 * Evaluation mode is the caller's affair (`model.eval()`). Nothing is recorded for gradients; all tensors made on the way are freed. Gives way to other work.
 *
 * @throws TypeError, RangeError or Error for options that are unknown, out of range or contradict each other.
 * @throws RangeError for scores that are NaN or leave no token.
 * @throws {@link ShapeError} for logits that are not (N, V).
 * @throws the reason of `signal`.
 *
 * @example
 * import { generate } from '@kasane/seq2seq';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * // What follows 0, 1 and 2: a model that knows the last token only.
 * const table = tensor([[0.0, 0.6, 0.4], [0.3, 0.3, 0.4], [0.1, 0.0, 0.9]]).log();
 * const model = {
 *   step: (tokens: Tensor, state: null) => ({ logits: table.indexSelect(0, tokens), state }),
 *   select: (state: null) => state,
 * };
 * const begin = { state: null, inputIds: [[0]], eosTokenId: 2, maxNewTokens: 5 };
 * (await generate(model, begin)).sequences; // => [[0,1,2]]
 * const { sequences, sequencesScores } = await generate(model, { ...begin, numBeams: 2, numReturnSequences: 2 });
 * sequences; // => [[0,2],[0,1,2]]
 * sequencesScores!.map(Math.exp).map((p) => p.toFixed(3)); // => ["0.400","0.294"]
 * @see Wu et al. (2016), Google's Neural Machine Translation System.
 * @see Vijayakumar et al. (2018), Diverse Beam Search for Improved Description of Complex Scenes.
 * @see Su et al. (2022), A Contrastive Framework for Neural Text Generation.
 * @category Generation
 */
export async function generate<State>(
  model: StepModel<State>,
  options: GenerateOptions<State>,
): Promise<GenerateOutput> {
  const plan = await planOf(model, options);
  if ((options.numBeams ?? 1) === 1) {
    const written = writing(plan, model, options);
    for (;;) {
      const step = await written.next();
      if (step.done === true) return outputOf(plan, step.value, options);
    }
  }
  const { written, nodes } = await guided(model, options, (chosen, own) =>
    beamSearch(plan, chosen, own),
  );
  return {
    ...outputOf(plan, written, options),
    sequencesScores: written.map(({ score }) => score!), // beams have one
    ...(options.outputBeams === true ? { beams: nodes } : {}),
  };
}

/**
 * Writes one sequence, and gives its tokens as they come: `for await (const token of stream(model, options))`.
 *
 * Takes one prompt and all options of `generate` but those of beams and of more than one sequence, for which tokens stand fast at the end only.
 * Leaving the loop ends the work and frees what was made; the loop ends with the token that ends the sequence. transformers' `TextIteratorStreamer`
 * gives texts.
 *
 * @throws what `generate` throws, when the first token is asked for.
 * @throws Error for several prompts and the options that it does not read.
 *
 * @example
 * import { stream } from '@kasane/seq2seq';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * const table = tensor([[0, 1, 0], [0, 0, 1], [1, 0, 0]]);
 * const model = {
 *   step: (tokens: Tensor, state: null) => ({ logits: table.indexSelect(0, tokens), state }),
 *   select: (state: null) => state,
 * };
 * const tokens = [];
 * for await (const token of stream(model, { state: null, inputIds: [[0]], maxNewTokens: 4 })) tokens.push(token);
 * tokens; // => [1,2,0,1]
 * @category Generation
 */
export async function* stream<State>(
  model: StepModel<State>,
  options: GenerateOptions<State>,
): AsyncGenerator<number, void, void> {
  const plan = await planOf(model, options);
  const {
    numBeams = 1,
    numReturnSequences = 1,
    padTokenId,
    outputScores,
    outputAttentions,
  } = options;
  if (plan.prompts.length > 1 || numReturnSequences > 1 || numBeams > 1) {
    throw new Error(
      `stream: writes one sequence without beams, got ${plan.prompts.length} prompts, numReturnSequences ${numReturnSequences}, numBeams ${numBeams}. Use generate.`,
    );
  }
  if (outputScores === true || outputAttentions === true || padTokenId !== undefined) {
    throw new Error(
      'stream: gives tokens only, and reads neither outputScores, outputAttentions nor padTokenId. Use generate, or leave them out.',
    );
  }
  for await (const [token] of writing(plan, model, options)) yield token!; // of the one sequence
}

/** The search that options ask for, if not with beams. */
function writing<State>(
  plan: Plan,
  model: StepModel<State>,
  options: GenerateOptions<State>,
): AsyncGenerator<readonly number[], Written[], void> {
  const { penaltyAlpha, topK } = options;
  return guided(
    model,
    options,
    (chosen, { state }) =>
      penaltyAlpha === undefined
        ? sample(plan, chosen, state)
        : contrastiveSearch(plan, chosen, state, { penaltyAlpha, topK: topK! }), // checked: they come together
  );
}

/** What `search` makes of the model, or of the model with guidance. */
function guided<State, Found>(
  model: StepModel<State>,
  options: GenerateOptions<State>,
  search: <S>(model: StepModel<S>, options: GenerateOptions<S>) => Found,
): Found {
  const { guidanceScale, unconditionalState: unconditional, ...rest } = options;
  if (guidanceScale === undefined || unconditional === undefined) return search(model, rest);
  const state = { conditional: options.state, unconditional };
  return search(new ClassifierFreeGuidance(model, guidanceScale), { ...rest, state });
}

function outputOf<State>(
  plan: Plan,
  written: readonly Written[],
  { padTokenId }: GenerateOptions<State>,
): GenerateOutput {
  const longest = Math.max(...written.map(({ tokens }) => tokens.length));
  const steps = written.map(({ taken }) => inOrder(taken));
  return {
    sequences: written.map(({ tokens }) =>
      padTokenId === undefined
        ? [...tokens]
        : Array.from({ length: longest }, (_, i) => tokens[i] ?? padTokenId),
    ),
    ...(plan.outputScores
      ? {
          scores: steps.map((list) => list.map(({ scores }) => scores!)), // asked for
          logProbs: steps.map((list) => list.map(({ logProb }) => logProb)),
        }
      : {}),
    ...(plan.outputAttentions
      ? { attentions: steps.map((list) => list.map(({ attention }) => attention!)) } // asked for
      : {}),
  };
}
