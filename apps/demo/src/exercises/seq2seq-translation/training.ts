import { DataLoader } from '@kasane/datasets';
import { Adam, OneCycleLR } from '@kasane/optim';
import { padPairs, Seq2Seq, sequenceLoss, type TokenPair } from '@kasane/seq2seq';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import type { Translator } from './network.ts';

export interface Settings {
  readonly lr: number;
  readonly batch: number;
  readonly epochs: number;
  /** The share of batches in which the decoder is told the right words, and does not read its own. */
  readonly forcing: number;
  /** The share of each target that is spread over all words. */
  readonly smoothing: number;
  /** Raise the learning rate and lower it again, in place of keeping it. */
  readonly cycle: boolean;
}

/** Steps of an epoch. */
export const stepsOf = (pairs: readonly TokenPair[], batch: number): number =>
  Math.ceil(pairs.length / batch);

/** Trains for some epochs; gives the loss of each step, a sentence's sum over its words. */
export async function* training(
  model: Translator,
  pairs: readonly TokenPair[],
  { lr, batch, epochs, forcing, smoothing, cycle }: Settings,
  generator: Generator,
): AsyncIterable<Tensor> {
  const optimizer = new Adam(model.parameters(), { lr });
  const totalSteps = epochs * stepsOf(pairs, batch);
  const schedule = cycle ? new OneCycleLR(optimizer, lr, { totalSteps }) : null;
  const step = (teacherForcing: number) =>
    trainStep(
      (source: Tensor, target: Tensor, labels: Tensor) => {
        const given = { source, target };
        const logits =
          model instanceof Seq2Seq
            ? model.forward(given, { teacherForcing })
            : model.forward(given);
        return sequenceLoss(logits, labels, { reduction: 'sequence', labelSmoothing: smoothing });
      },
      optimizer,
      { clipGradNorm: 50 },
    );
  const [told, own] = [step(1), step(0)];
  const loader = new DataLoader(
    { length: pairs.length, get: (i: number) => pairs[i]! },
    {
      batchSize: batch,
      shuffle: true,
      generator,
      // Sentences of like lengths together: less padding, and few shapes.
      lengths: pairs.map(([source, target]) => 64 * target.length + source.length),
      collate: (some: TokenPair[]) => padPairs(some, { multipleOf: 4 }),
    },
  );
  for (let epoch = 0; epoch < epochs; epoch++) {
    model.train();
    for await (const [{ source, target }, labels] of loader) {
      const teacher = generator.below(1000) < 1000 * forcing || !(model instanceof Seq2Seq);
      const loss = (teacher ? told : own)(source, target, labels);
      for (const used of [source, target, labels]) used.dispose();
      schedule?.step();
      yield loss;
    }
  }
}
