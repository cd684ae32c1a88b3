import type { Sequential } from '@kasane/nn';
import { noGrad, scope, tensor } from '@kasane/tensor-core';
import type { HeatmapEvent, ScatterEvent } from '../../events/event.ts';
import type { Flowers } from '../../exercise.ts';
import { regionsOf } from '../../pictures/regions.ts';
import { sum } from '../../statistics.ts';
import { IRISES } from './flowers.ts';

/** A network, the flowers, and the numbers of those that it has not learned from. */
export interface Split {
  readonly model: Sequential;
  readonly flowers: Flowers;
  readonly test: readonly number[];
}

/** The probabilities of the species, for each flower. */
export async function probabilities(model: Sequential, measures: number[][]): Promise<number[][]> {
  const y = scope(() => noGrad(() => model.forward(tensor(measures))).softmax(1)); // (N, S)
  const all = [...(await y.data())];
  const [, species] = y.shape as [number, number]; // of two dims
  y.dispose();
  return measures.map((_, i) => all.slice(i * species, (i + 1) * species));
}

/** The species with the highest probability, for each flower. */
const answers = async (model: Sequential, measures: number[][]): Promise<number[]> =>
  (await probabilities(model, measures)).map((each) => each.indexOf(Math.max(...each)));

/** What networks answer to the flowers they have not learned from, as shares of each species. */
export async function confusion(trained: readonly Split[]): Promise<HeatmapEvent> {
  const { names, measured, species } = trained[0]!.flowers; // there is one split at least, all of the same flowers
  const counts = names.map(() => names.map(() => 0));
  for (const { model, test } of trained) {
    const given = await answers(
      model,
      test.map((flower) => [...measured[flower]!]),
    );
    test.forEach((flower, i) => counts[species[flower]!]![given[i]!]!++);
  }
  return {
    type: 'heatmap',
    name: 'answers to test flowers',
    rows: names,
    columns: names,
    values: counts.map((row) => row.map((count) => count / Math.max(1, sum(row)))),
    x: 'answer',
    y: 'species',
    range: [0, 1],
  };
}

/** The petals that are drawn, in cm. */
function petalRange(flowers: Flowers, at: 2 | 3): readonly [number, number] {
  if (flowers === IRISES) return at === 2 ? [0.5, 7.5] : [0, 3];
  const values = flowers.measured.map((one) => one[at]!);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.1 * (high - low || 1);
  return [Math.max(0, low - room), high + room];
}

/** All flowers by their petals, over the regions where a network answers each species to flowers with such sepals. */
export async function decisions(
  name: string,
  { model, flowers }: Pick<Split, 'model' | 'flowers'>,
  sepals: readonly [length: number, width: number],
  asked?: readonly [length: number, width: number],
): Promise<ScatterEvent> {
  const { names, measured, species } = flowers;
  const groups = names.map((one, s) => {
    const shown = measured.filter((_, flower) => species[flower] === s);
    return {
      name: one,
      x: shown.map((measures) => measures[2]!),
      y: shown.map((measures) => measures[3]!),
    };
  });
  if (asked !== undefined) groups.push({ name: 'asked', x: [asked[0]], y: [asked[1]] });
  const [length, width] = [petalRange(flowers, 2), petalRange(flowers, 3)];
  const regions = await regionsOf(length, width, (places) =>
    answers(
      model,
      places.map((petals) => [...sepals, ...petals]),
    ),
  );
  return { type: 'scatter', name, x: 'petal length, cm', y: 'petal width, cm', groups, regions };
}
