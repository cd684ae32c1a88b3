import type { StepModel } from '../step-model.ts';
import { BeamGroup, type BeamNode } from './beam-group.ts';
import { Decoding, type Rows } from './decoding.ts';
import type { GenerateOptions } from './generate-options.ts';
import { nothingLeft, Rules, wantedOf, type Plan } from './plan.ts';
import { prefill } from './prefill.ts';
import type { Written } from './sequence.ts';

/** What beam search found. */
export interface BeamsWritten {
  readonly written: Written[];
  /** For each prompt all beams that there were. */
  readonly nodes: readonly (readonly BeamNode[])[];
}

/** Beam search for all prompts at once; with groups, diverse beam search. */
export async function beamSearch<State>(
  plan: Plan,
  model: StepModel<State>,
  options: GenerateOptions<State>,
): Promise<BeamsWritten> {
  const { numBeamGroups = 1, diversityPenalty = 0 } = options;
  const decoding = new Decoding(model, options.state, wantedOf(plan, { logProbs: true }));
  const rules = new Rules(plan);
  const nodes = plan.prompts.map((): BeamNode[] => []);
  const searches = plan.prompts.map((prompt, i) =>
    Array.from(
      { length: numBeamGroups },
      (_, group) => new BeamGroup(plan, options, { prompt, group, nodes: nodes[i]! }),
    ),
  );
  try {
    let rows = await prefill(plan, decoding);
    for (;;) {
      for (const groups of searches) {
        await advance(groups, rows, rules, diversityPenalty);
      }
      const open = searches.flatMap((groups) => groups.flatMap((group) => group.open));
      if (open.length === 0) break;
      const index = open.map(({ row }) => row);
      if (index.length !== rows.scores.length || index.some((row, i) => row !== i)) {
        decoding.select(index);
      }
      for (const [i, beam] of open.entries()) beam.row = i;
      rows = await decoding.step(open.map(({ tokens }) => tokens.at(-1)!));
    }
  } finally {
    decoding.dispose();
  }
  return { written: searches.flatMap((groups, i) => bestOf(groups, plan, i)), nodes };
}

/** One step of the groups of a prompt, one after the other: each is told what those before it took. */
async function advance(
  groups: readonly BeamGroup[],
  rows: Rows,
  rules: Rules,
  diversityPenalty: number,
): Promise<void> {
  const taken = new Map<number, number>();
  for (const group of groups) {
    if (group.open.length === 0 || group.read()) continue;
    const scores: Float32Array[] = [];
    for (const beam of group.open) {
      // All groups begin with the row of the prompt.
      const row = groups.length > 1 ? rows.scores[beam.row]!.slice() : rows.scores[beam.row]!;
      for (const [token, count] of taken) row[token]! -= diversityPenalty * count;
      await rules.apply(beam.tokens, row, group.prompt);
      scores.push(row);
    }
    const before = group.open[0]!; // a group without has been passed over
    const newest = group.advance(scores, rows);
    if (group.open.length === 0 && group.finished.length === 0) {
      throw nothingLeft(before.tokens, group.prompt);
    }
    for (const token of newest) taken.set(token, (taken.get(token) ?? 0) + 1);
  }
}

/** The best that all groups of a prompt have finished. */
function bestOf(groups: readonly BeamGroup[], plan: Plan, prompt: number): Written[] {
  const finished = groups
    .flatMap((group) => group.finished)
    // Sorting is stable: of equals that of the earlier group.
    .sort((a, b) => b.score - a.score);
  if (finished.length < plan.numReturnSequences) {
    throw new RangeError(
      `generate: only ${finished.length} sequences are possible for prompt ${prompt}, fewer than numReturnSequences, ${plan.numReturnSequences}. Ask for fewer.`,
    );
  }
  return finished.slice(0, plan.numReturnSequences);
}
