import { padDialogues } from '@kasane/seq2seq';
import { noGrad, scope, tensor } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { BOS, EOS, textOf, tokensOf, VOCABULARY } from './conversations.ts';
import type { Speaker } from './network.ts';

const LONGEST = 8; // words of a reply

export type History = readonly string[];

/** How words are chosen. */
export interface Talking {
  /** 0 says the likeliest word; 1 draws words as likely as they are; what is between prefers the likely ones. */
  readonly temperature: number;
  readonly generator: Generator;
}

/** A reply to each history. */
export async function repliesOf(
  speaker: Speaker,
  histories: readonly History[],
  { temperature, generator }: Talking,
): Promise<string[]> {
  const said: number[][] = histories.map(() => [BOS]);
  let state = heard(speaker, histories, generator);
  for (let i = 0; i < LONGEST && said.some((words) => words.at(-1) !== EOS); i++) {
    const [scores, next] = step(speaker, said, state);
    const rows = await chancesOf(scores, temperature || 1);
    for (const [row, words] of said.entries()) {
      const chances = rows[row]!;
      words.push(temperature === 0 ? chances.indexOf(Math.max(...chances)) : drawn(chances, generator)); // prettier-ignore
    }
    state = next;
  }
  return said.map((words) => textOf(words.slice(1)));
}

/** How likely each word is next, if a reply to each history begins with the same words. */
export async function nextOf(
  speaker: Speaker,
  histories: readonly History[],
  begin: string,
  generator: Generator,
): Promise<number[][]> {
  let state = heard(speaker, histories, generator);
  let scores: Tensor | undefined;
  for (const token of [BOS, ...tokensOf(begin).slice(0, -1)]) {
    scores?.dispose();
    [scores, state] = step(speaker, histories.map(() => [token]), state); // prettier-ignore
  }
  return chancesOf(scores!, 1);
}

function heard(
  { model, listen }: Speaker,
  histories: readonly History[],
  generator: Generator,
): unknown {
  model.eval();
  return noGrad(() => scope(() => listen(padded(histories), generator)));
}

/** What is said after the newest words; the state before is not needed any more. */
function step(
  { model }: Speaker,
  said: readonly (readonly number[])[],
  state: unknown,
): [Tensor, unknown] {
  const newest = said.map((words) => words.at(-1)!);
  return noGrad(() =>
    scope(() => {
      const { logits, state: next } = model.step(tensor(newest, { dtype: 'int32' }), state);
      return [logits, next];
    }),
  );
}

/** Rows of probabilities; the scores are freed. */
async function chancesOf(scores: Tensor, temperature: number): Promise<number[][]> {
  const chances = scope(() => scores.div(temperature).softmax(1));
  scores.dispose();
  const values = await chances.data();
  chances.dispose();
  const V = VOCABULARY.length;
  return Array.from({ length: values.length / V }, (_, i) => [...values.slice(i * V, (i + 1) * V)]);
}

function drawn(chances: readonly number[], generator: Generator): number {
  let rest = generator.random();
  const word = chances.findIndex((chance) => (rest -= chance) < 0);
  return word < 0 ? EOS : word; // rounding
}

/** Histories as tokens, (N, U, T). */
export function padded(histories: readonly History[]): Tensor {
  return padDialogues(histories.map((said) => said.map(tokensOf)));
}
