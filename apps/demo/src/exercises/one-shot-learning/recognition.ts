/** What is recognised by the distances of points, whatever network made them. */
import type { LabeledImages } from '@kasane/datasets';
import { PrototypicalNetwork } from '@kasane/layers-cnn';
import { Flatten } from '@kasane/nn';
import { concat, noGrad, scope, stack } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { mean } from '../../statistics.ts';
import { places, type Episode } from './episodes.ts';

const AT_ONCE = 100; // drawings embedded at once

/** Where a point for every drawing stands: (N, D). */
export function embedded(glyphs: LabeledImages, f: (images: Tensor) => Tensor): Tensor {
  const parts: Tensor[] = [];
  for (let from = 0; from < glyphs.length; from += AT_ONCE) {
    const count = Math.min(AT_ONCE, glyphs.length - from);
    const numbers = Array.from({ length: count }, (_, i) => from + i);
    parts.push(scope(() => noGrad(() => f(glyphs.getBatch(numbers)[0]))));
  }
  return concat(parts, 0);
}

const nearest = new PrototypicalNetwork(new Flatten());

/** How near each query is to each class, by the first `shots` examples: (queries, classes). */
export function nearness(
  points: Tensor,
  { examples, queries }: Pick<Episode, 'examples' | 'queries'>,
  shots: number,
): Tensor {
  const support = examples.flatMap((own) => own.slice(0, shots));
  return nearest.forward(
    points.indexSelect(0, places(support)).reshape([examples.length, shots, -1, 1, 1]),
    points.indexSelect(0, places(queries)).reshape([queries.length, -1, 1, 1]),
  );
}

/** The nearest class of each query of every episode. */
export async function recognised(
  points: Tensor,
  episodes: readonly Episode[],
  shots: number,
): Promise<number[][]> {
  const all = stack(
    episodes.map((episode) => scope(() => nearness(points, episode, shots).argmax(1))),
  ); // (episodes, queries)
  const values = [...(await all.data())];
  all.dispose();
  const queries = values.length / episodes.length;
  return episodes.map((_, i) => values.slice(i * queries, (i + 1) * queries));
}

/** The share of queries that are recognised, over all episodes. */
export async function accuracy(
  points: Tensor,
  episodes: readonly Episode[],
  shots: number,
): Promise<number> {
  const guesses = await recognised(points, episodes, shots);
  return mean(
    episodes.map(({ wanted }, i) => mean(wanted.map((own, q) => Number(own === guesses[i]![q])))),
  );
}
