import type { Generator } from '@kasane/tensor-core';
import type { StepModel } from '../step-model.ts';
import { Decoding } from './decoding.ts';
import { isOver, promptToken, Rules, wantedOf, type Plan, type Prompt } from './plan.ts';
import { prefill } from './prefill.ts';
import { largest, logSumExp } from './processors/scores.ts';
import { take, type Taken, type Written } from './sequence.ts';

interface Writing {
  readonly prompt: Prompt;
  readonly tokens: number[];
  taken: Taken | null;
  /** Where its scores stand among those of the last step. */
  row: number;
}

/** Greedy search or sampling: yields the tokens of each step, of the sequences that were not over before, and gives all sequences. */
export async function* sample<State>(
  plan: Plan,
  model: StepModel<State>,
  state: State,
): AsyncGenerator<readonly number[], Written[], void> {
  const { numReturnSequences: copies, generator } = plan;
  const decoding = new Decoding(model, state, wantedOf(plan));
  const rules = new Rules(plan);
  const all = plan.prompts.flatMap((prompt) =>
    Array.from({ length: copies }, (): Writing => {
      const tokens = prompt.tokens.slice(0, plan.shortest);
      return { prompt, tokens, taken: null, row: prompt.index };
    }),
  );
  try {
    let open = all;
    let rows = await prefill(plan, decoding);
    for (;;) {
      const newest: number[] = [];
      for (const one of open) {
        const read = promptToken(one.prompt, one.tokens);
        if (read !== undefined) {
          one.tokens.push(read);
          continue;
        }
        // Copies of a prompt begin with the same row.
        const scores = copies > 1 ? rows.scores[one.row]!.slice() : rows.scores[one.row]!;
        await rules.applyAll(one.tokens, scores, one.prompt);
        const token = generator === null ? likeliest(scores) : draw(scores, generator);
        one.taken = take(plan, one.taken, rows, one.row, scores, () => {
          return scores[token]! - logSumExp(scores);
        });
        one.tokens.push(token);
        newest.push(token);
      }
      yield newest;
      open = open.filter(({ prompt, tokens }) => !isOver(prompt, tokens));
      if (open.length === 0) break;
      const index = open.map(({ row }) => row);
      if (index.length < rows.scores.length || index.some((row, i) => row !== i)) {
        decoding.select(index);
      }
      for (const [i, one] of open.entries()) one.row = i;
      rows = await decoding.step(open.map(({ tokens }) => tokens.at(-1)!));
    }
  } finally {
    decoding.dispose();
  }
  return all.map(({ tokens, taken }) => ({ tokens, taken, score: null }));
}

/** Of equals the first. */
function likeliest(scores: Float32Array): number {
  return scores.indexOf(largest(scores));
}

/** A token with the probability that softmax gives it: one number is drawn. */
export function draw(scores: Float32Array, generator: Generator): number {
  const most = largest(scores);
  const weights = new Float64Array(scores.length);
  let total = 0;
  for (let i = 0; i < scores.length; i++) total += weights[i] = Math.exp(scores[i]! - most);
  let rest = generator.random() * total;
  let last = -1;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (weight === 0) continue;
    last = i;
    rest -= weight;
    if (rest < 0) return i;
  }
  return last; // rounding may leave a little
}
