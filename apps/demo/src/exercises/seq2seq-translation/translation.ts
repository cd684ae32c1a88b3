import type { Vocabulary } from '@kasane/nlp-embeddings';
import {
  generate,
  padPairs,
  TransformerSeq2Seq,
  type BeamNode,
  type Step,
  type StepModel,
} from '@kasane/seq2seq';
import { noGrad, scope, type Tensor } from '@kasane/tensor-core';
import type { Translator } from './network.ts';

const AT_ONCE = 100; // sentences

/** A trained model and the words it knows. */
export interface Trained {
  readonly model: Translator;
  readonly source: Vocabulary;
  readonly target: Vocabulary;
}

/** What a model wrote for a sentence, and how. */
export interface Translation {
  readonly words: readonly string[];
  /** How probable each word was, and the end. */
  readonly chances: readonly number[];
  /** How much of each word that was read went into each that was written, and into the end; empty without attention. */
  readonly weights: readonly (readonly number[])[];
  /** With beams, all that there were. */
  readonly beams: readonly BeamNode[];
}

/** How sentences are translated. */
export interface Writing {
  /** Words written at most. */
  readonly most: number;
  /** Translations that are followed at once. Default 1, the likeliest word each time. */
  readonly beams?: number;
}

/** Any of the models as `generate` takes them: each has a state of its own, which only its own steps read. */
const stepModel = (model: Translator): StepModel<unknown> => model as StepModel<unknown>;

/** Steps of any of the models. */
export function begin(model: Translator, source: Tensor): (tokens: Tensor) => Step<unknown> {
  const steps = stepModel(model);
  let state: unknown = model.encode(source);
  return (tokens) => {
    const step = steps.step(tokens, state);
    ({ state } = step);
    return step;
  };
}

/** Sources as a batch, each with the token that ends it. */
export const read = (source: Vocabulary, sentences: readonly (readonly string[])[]): Tensor =>
  padPairs(sentences.map((words) => [source.encode(words, { eos: true }), [1, 2]]))[0].source;

/** What `generate` is told of some sentences. */
function asked(
  { model, source, target }: Trained,
  sentences: readonly (readonly string[])[],
  { most, beams = 1 }: Writing,
) {
  return {
    state: noGrad(() => scope((): unknown => model.encode(read(source, sentences)))),
    inputIds: sentences.map(() => [target.bosId]),
    eosTokenId: target.eosId,
    maxNewTokens: most,
    ...(beams > 1 ? { numBeams: beams } : {}),
  };
}

/** The words of a translation, without those that begin and end it. */
const wordsOf = ({ target }: Trained, tokens: readonly number[]): string[] =>
  target.decode(tokens.slice(1, tokens.at(-1) === target.eosId ? -1 : undefined));

/** Translates many sentences. */
export async function translateAll(
  trained: Trained,
  sentences: readonly (readonly string[])[],
  writing: Writing,
): Promise<string[][]> {
  const found: string[][] = [];
  for (let from = 0; from < sentences.length; from += AT_ONCE) {
    const some = asked(trained, sentences.slice(from, from + AT_ONCE), writing);
    const { sequences } = await generate(stepModel(trained.model), some);
    found.push(...sequences.map((tokens) => wordsOf(trained, tokens)));
  }
  return found;
}

/** Translates one sentence, and shows how. */
export async function translate(
  trained: Trained,
  sentence: readonly string[],
  writing: Writing,
): Promise<Translation> {
  const { model } = trained;
  const looks = model instanceof TransformerSeq2Seq || model.decoder.attention !== null;
  const { sequences, logProbs, attentions, beams } = await generate(stepModel(model), {
    ...asked(trained, [sentence], writing),
    outputScores: true,
    ...(looks ? { outputAttentions: true } : {}),
    ...((writing.beams ?? 1) > 1 ? { outputBeams: true } : {}),
  });
  return {
    words: wordsOf(trained, sequences[0]!),
    chances: logProbs![0]!.map(Math.exp), // asked for
    weights: (attentions?.[0] ?? []).map((row) => [...row]),
    beams: beams?.[0] ?? [],
  };
}
