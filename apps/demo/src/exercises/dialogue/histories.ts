/** What the history does to a reply, and to the context that knows it. */
import type { HRED } from '@kasane/seq2seq';
import { noGrad, scope } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import type { HeatmapEvent } from '../../events/event.ts';
import { largestDifference, mean } from '../../statistics.ts';
import { NAMES, VOCABULARY } from './conversations.ts';
import type { Speaker } from './network.ts';
import { nextOf, padded } from './replies.ts';
import type { History } from './replies.ts';

const told = (name: string): History => [`i am ${name}`, 'i have a dog', 'who am i'];

/** How likely each word is after "you are", by the name that was told. */
function chancesOf(speaker: Speaker, generator: Generator): Promise<number[][]> {
  return nextOf(speaker, NAMES.map(told), 'you are', generator); // prettier-ignore
}

/** The same last utterance behind different histories: the mean of KL(p ‖ q) of what is said, over all pairs of names. */
export async function differenceOf(speaker: Speaker, generator: Generator): Promise<number> {
  const rows = await chancesOf(speaker, generator);
  const divergence = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, chance, i) => (chance > 0 ? sum + chance * Math.log(chance / q[i]!) : sum), 0);
  const pairs = rows.flatMap((p) => rows.filter((q) => q !== p).map((q) => divergence(p, q)));
  return mean(pairs);
}

/** How likely each name is, by the name that was told. */
export async function namesHeatmap(speaker: Speaker, generator: Generator): Promise<HeatmapEvent> {
  const rows = await chancesOf(speaker, generator);
  return {
    type: 'heatmap',
    name: `${speaker.name}: "you are …"`,
    rows: NAMES.map((name) => told(name)[0]!),
    columns: NAMES,
    x: 'what is said',
    y: 'what was told',
    values: rows.map((row) => NAMES.map((name) => row[VOCABULARY.indexOf(name)]!)),
    range: [0, 1],
  };
}

/** What the context of a history amounts to. */
export interface Contexts {
  /** Utterances, and states of the context. */
  readonly utterances: number;
  readonly states: number;
  /** The largest difference of a state from one step of the context's cell, taken by hand. */
  readonly difference: number;
  /** The largest change of the last state if the first two utterances change places. */
  readonly swapped: number;
}

export async function contextsOf(model: HRED, history: History): Promise<Contexts> {
  const [contexts, byHand, other] = noGrad(() =>
    scope(() => {
      const read = model.read(padded([history]));
      let state = read.contexts.newFull([1, model.context.hiddenSize], 0);
      const states = read.utterances.unbind(1).map((utterance) => {
        state = model.context.cell(0).forward(utterance, state);
        return state;
      });
      const [first, second, ...rest] = history;
      const swapped = model.read(padded([[second!, first!, ...rest]])).last;
      return [read.contexts.squeeze(0), states, swapped] as const;
    }),
  );
  const given = await rowsOf(contexts);
  const stepped = await Promise.all(byHand.map(async (state) => [...(await state.data())]));
  const last = [...(await other.data())];
  return {
    utterances: history.length,
    states: given.length,
    difference: Math.max(...given.map((row, u) => largestDifference(row, stepped[u]!))),
    swapped: largestDifference(given.at(-1)!, last),
  };
}

async function rowsOf(matrix: Tensor): Promise<number[][]> {
  const values = await matrix.data();
  const width = matrix.shape[1]!;
  return Array.from({ length: matrix.shape[0]! }, (_, i) => [...values.slice(i * width, (i + 1) * width)]); // prettier-ignore
}
