import type { Sequential } from '@kasane/nn';
import { noGrad, scope, tensor } from '@kasane/tensor-core';
import type { HeatmapEvent, ScatterEvent } from '../../events/event.ts';
import { regionsOf } from '../../pictures/regions.ts';
import { sum } from '../../statistics.ts';
import { MEASURED, NAMES, SPECIES } from './flowers.ts';

/** A network, and the numbers of the flowers that it has not learned from. */
export interface Split {
  readonly model: Sequential;
  readonly test: readonly number[];
}

/** The probabilities of the species, for each flower. */
export async function probabilities(model: Sequential, measures: number[][]): Promise<number[][]> {
  const y = scope(() => noGrad(() => model.forward(tensor(measures))).softmax(1)); // (N, 3)
  const all = [...(await y.data())];
  y.dispose();
  return measures.map((_, i) => all.slice(i * NAMES.length, (i + 1) * NAMES.length));
}

/** The species with the highest probability, for each flower. */
const answers = async (model: Sequential, measures: number[][]): Promise<number[]> =>
  (await probabilities(model, measures)).map((each) => each.indexOf(Math.max(...each)));

/** What networks answer to the flowers they have not learned from, as shares of each species. */
export async function confusion(trained: readonly Split[]): Promise<HeatmapEvent> {
  const counts = NAMES.map(() => NAMES.map(() => 0));
  for (const { model, test } of trained) {
    const given = await answers(
      model,
      test.map((flower) => MEASURED[flower]!),
    );
    test.forEach((flower, i) => counts[SPECIES[flower]!]![given[i]!]!++);
  }
  return {
    type: 'heatmap',
    name: 'answers to test flowers',
    rows: NAMES,
    columns: NAMES,
    values: counts.map((row) => row.map((count) => count / Math.max(1, sum(row)))),
    x: 'answer',
    y: 'species',
    range: [0, 1],
  };
}

const [LENGTH, WIDTH] = [
  [0.5, 7.5],
  [0, 3],
] as const; // of the petals that are drawn, in cm

/** All flowers by their petals, over the regions where a network answers each species to flowers with such sepals. */
export async function decisions(
  name: string,
  model: Sequential,
  sepals: readonly [length: number, width: number],
  asked?: readonly [length: number, width: number],
): Promise<ScatterEvent> {
  const groups = NAMES.map((species, s) => {
    const shown = MEASURED.filter((_, flower) => SPECIES[flower] === s);
    return { name: species, x: shown.map((one) => one[2]!), y: shown.map((one) => one[3]!) };
  });
  if (asked !== undefined) groups.push({ name: 'asked', x: [asked[0]], y: [asked[1]] });
  const regions = await regionsOf(LENGTH, WIDTH, (places) =>
    answers(
      model,
      places.map((petals) => [...sepals, ...petals]),
    ),
  );
  return { type: 'scatter', name, x: 'petal length, cm', y: 'petal width, cm', groups, regions };
}
