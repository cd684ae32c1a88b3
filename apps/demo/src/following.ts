import type { Tensor } from '@kasane/tensor-core';
import type { AsyncPart } from './exercise.ts';
import { Losses } from './losses.ts';

const READ_EVERY = 5; // steps

/** Where a training stands among all of the exercise, and how its losses are drawn. */
export interface Following<ChartName extends string> {
  readonly chart: ChartName;
  /** Of the curve; without one none is drawn. */
  readonly name?: string;
  /** Steps between two points of the curve. Default 5. */
  readonly every?: number;
  /** Steps of the trainings before this one. Default 0. */
  readonly done?: number;
  /** Steps of all of them. */
  readonly total: number;
}

/**
 * Goes through a training, which is the losses of its steps: reads a few at a time, draws them, and gives them all.
 *
 *     const losses = yield* following(training(model, images), { chart: 'loss', name: 'ReLU', total: steps });
 */
export async function* following<ChartName extends string>(
  training: Iterable<Tensor>,
  { chart, name, every = 5, done = 0, total }: Following<ChartName>,
): AsyncPart<ChartName, number[]> {
  const unread = new Losses();
  const all: number[] = [];
  let i = 0;
  async function* reading(): AsyncPart<ChartName, void> {
    all.push(...(await unread.read()));
    const start = i - (i % READ_EVERY || READ_EVERY);
    const x = Array.from({ length: i - start }, (_, k) => start + k + 1).filter(
      (at) => at % every === 0,
    );
    const y = x.map((at) => all[at - 1]!);
    if (name !== undefined && x.length > 0) yield { type: 'series', chart, name, x, y };
    yield { type: 'progress', step: done + i, total, loss: all.at(-1)! };
  }
  for (const loss of training) {
    unread.push(loss);
    if (++i % READ_EVERY === 0) yield* reading();
    else yield { type: 'progress', step: done + i, total };
  }
  if (i % READ_EVERY > 0) yield* reading();
  return all;
}
