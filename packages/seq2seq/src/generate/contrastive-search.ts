import type { StepModel } from '../step-model.ts';
import { Decoding } from './decoding.ts';
import { isOver, promptToken, Rules, wantedOf, type Plan, type Prompt } from './plan.ts';
import { prefill } from './prefill.ts';
import { logSumExp, topIndices } from './processors/scores.ts';
import { take, type Taken, type Written } from './sequence.ts';

interface Writing {
  readonly prompt: Prompt;
  readonly tokens: number[];
  /** The directions of what the model made of each token. */
  readonly context: Float32Array[];
  taken: Taken | null;
  /** Where its scores stand among those of the last step. */
  row: number;
}

interface Candidate {
  readonly of: Writing;
  readonly token: number;
  readonly probability: number;
  readonly taken: Taken | null;
}

/** Contrastive search: yields the tokens of each step, of the sequences that were not over before, and gives all sequences. */
export async function* contrastiveSearch<State>(
  plan: Plan,
  model: StepModel<State>,
  state: State,
  { penaltyAlpha, topK }: { readonly penaltyAlpha: number; readonly topK: number },
): AsyncGenerator<readonly number[], Written[], void> {
  const decoding = new Decoding(model, state, wantedOf(plan, { hidden: true }));
  const rules = new Rules(plan);
  const all = plan.prompts.map((prompt): Writing => {
    const tokens = prompt.tokens.slice(0, plan.shortest);
    return { prompt, tokens, context: [], taken: null, row: prompt.index };
  });
  try {
    let open = all;
    let rows = await prefill(plan, decoding, ({ hidden }) => {
      for (const one of all) one.context.push(direction(hidden![one.row]!));
    });
    for (;;) {
      const candidates: Candidate[] = [];
      for (const one of open) {
        const read = promptToken(one.prompt, one.tokens);
        if (read !== undefined) {
          candidates.push({ of: one, token: read, probability: 1, taken: one.taken });
          continue;
        }
        const scores = rows.scores[one.row]!;
        await rules.applyAll(one.tokens, scores, one.prompt);
        const total = logSumExp(scores);
        for (const token of topIndices(scores, topK)) {
          const logProb = scores[token]! - total;
          if (logProb === -Infinity) continue;
          const taken = take(plan, one.taken, rows, one.row, scores, () => logProb);
          candidates.push({ of: one, token, probability: Math.exp(logProb), taken });
        }
      }
      decoding.select(candidates.map(({ of }) => of.row));
      rows = await decoding.step(candidates.map(({ token }) => token));
      const best = new Map<Writing, { readonly row: number; readonly score: number }>();
      for (const [row, { of, probability }] of candidates.entries()) {
        const made = direction(rows.hidden![row]!);
        const score = (1 - penaltyAlpha) * probability - penaltyAlpha * likeness(made, of.context);
        const other = best.get(of);
        if (other === undefined || score > other.score) best.set(of, { row, score });
      }
      for (const [one, { row }] of best) {
        const { token, taken } = candidates[row]!;
        one.tokens.push(token);
        one.context.push(direction(rows.hidden![row]!));
        one.taken = taken;
        one.row = row;
      }
      yield open.map(({ tokens }) => tokens.at(-1)!);
      open = open.filter(({ prompt, tokens }) => !isOver(prompt, tokens));
      if (open.length === 0) break;
    }
  } finally {
    decoding.dispose();
  }
  return all.map(({ tokens, taken }) => ({ tokens, taken, score: null }));
}

/** A vector of length 1; of zeros, zeros. */
function direction(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square);
  return length === 0 ? vector.slice() : vector.map((value) => value / length);
}

/** The cosine with what is most alike. */
function likeness(made: Float32Array, context: readonly Float32Array[]): number {
  let most = -Infinity;
  for (const one of context) {
    let dot = 0;
    for (let i = 0; i < made.length; i++) dot += made[i]! * one[i]!;
    if (dot > most) most = dot;
  }
  return most;
}
