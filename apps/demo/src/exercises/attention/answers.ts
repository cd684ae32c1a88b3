import type { Seq2Seq } from '@kasane/seq2seq';
import { noGrad, scope, stack, tensor, type Tensor } from '@kasane/tensor-core';
import { BEGIN, END, source, type Task } from './questions.ts';

/** What a model wrote. */
export interface Written {
  /** Up to END, without it. */
  readonly tokens: readonly number[];
  /** How much of each letter of the question went into each token, END included; empty without attention. */
  readonly weights: readonly (readonly number[])[];
}

/** The likeliest token each time, of questions of one length. */
export async function write(
  model: Seq2Seq<Tensor>,
  questions: readonly (readonly number[])[],
  most: number,
): Promise<Written[]> {
  const N = questions.length;
  const S = questions[0]!.length;
  const [tokens, weights] = scope(() =>
    noGrad(() => {
      let state = model.encode(tensor(questions, { dtype: 'int32' }));
      let newest = tensor(Array<number>(N).fill(BEGIN), { dtype: 'int32' });
      const written: Tensor[] = [];
      const seen: Tensor[] = [];
      for (let t = 0; t < most; t++) {
        const step = model.step(newest, state);
        ({ state } = step);
        newest = step.logits.argmax(-1);
        written.push(newest);
        if (step.attention !== undefined) seen.push(step.attention);
      }
      return [stack(written, 1), seen.length > 0 ? stack(seen, 1) : null]; // (N, T), (N, T, S)
    }),
  ) as [Tensor, Tensor | null];
  const all = await tokens.data();
  const looks = await weights?.data();
  tokens.dispose();
  weights?.dispose();
  return questions.map((_, n) => {
    const own = [...all.slice(n * most, (n + 1) * most)];
    const end = own.indexOf(END);
    const length = end < 0 ? most : end;
    const row = (t: number): number[] => [
      ...looks!.slice((n * most + t) * S, (n * most + t + 1) * S),
    ];
    return {
      tokens: own.slice(0, length),
      weights:
        looks === undefined
          ? []
          : Array.from({ length: Math.min(length + 1, most) }, (__, t) => row(t)),
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
