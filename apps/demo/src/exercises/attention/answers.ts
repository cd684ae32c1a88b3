import { generate, type Seq2Seq } from '@kasane/seq2seq';
import { noGrad, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { BEGIN, END, source, type Task } from './questions.ts';

/** What a model wrote. */
export interface Written {
  /** Up to END, without it. */
  readonly tokens: readonly number[];
  /** How probable each token was. */
  readonly chances: readonly number[];
  /** How much of each letter of the question went into each token, END included; empty without attention. */
  readonly weights: readonly (readonly number[])[];
}

/** The likeliest token each time, of questions of one length. */
export async function write(
  model: Seq2Seq<Tensor>,
  questions: readonly (readonly number[])[],
  most: number,
): Promise<Written[]> {
  const { sequences, logProbs, attentions } = await generate(model, {
    state: noGrad(() => scope(() => model.encode(tensor(questions, { dtype: 'int32' })))),
    inputIds: questions.map(() => [BEGIN]),
    eosTokenId: END,
    maxNewTokens: most,
    outputScores: true,
    ...(model.decoder.attention === null ? {} : { outputAttentions: true }),
  });
  return sequences.map((all, n) => {
    const tokens = all.slice(1, all.at(-1) === END ? -1 : undefined);
    return {
      tokens,
      chances: logProbs![n]!.slice(0, tokens.length).map(Math.exp), // asked for
      weights: (attentions?.[n] ?? []).map((row) => [...row]),
    };
  });
}

/** How well some questions were answered. */
export interface Score {
  /** Share of the answers that are right from the first letter to the last. */
  readonly right: number;
  /** Share of the letters written from the place where they stand; NaN where that is not known. */
  readonly aligned: number;
  /** How far the weights of a letter are from 1 in sum, at most. */
  readonly apart: number;
}

/** Holds what was written against the answers, each from BEGIN to END. */
export function score(
  task: Task,
  written: readonly Written[],
  answers: readonly (readonly number[])[],
): Score {
  let [right, letters, aligned, apart] = [0, 0, 0, 0];
  written.forEach(({ tokens, weights }, n) => {
    const answer = answers[n]!.slice(1, -1);
    if (tokens.join() === answer.join()) right++;
    weights.slice(0, answer.length).forEach((row, t) => {
      apart = Math.max(apart, Math.abs(row.reduce((a, b) => a + b, 0) - 1));
      const place = source(task, t, answer.length);
      if (place === null) return;
      letters++;
      if (row.indexOf(Math.max(...row)) === place) aligned++;
    });
  });
  return { right: right / written.length, aligned: aligned / letters, apart };
}
