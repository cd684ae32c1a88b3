import { crossEntropy } from '@kasane/nn';
import type { Sequential } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { scope, stack } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import type { Flowers } from '../../exercise.ts';
import { shuffled } from '../../images/batches.ts';
import { tensorsOf } from './flowers.ts';

/** How many of the logits (N, 3) are highest at the species (N). */
export const hits = (logits: Tensor, t: Tensor): Tensor => logits.argmax(1).equal(t).sum();

/** How a network learns. */
export interface Settings {
  readonly lr: number;
  readonly batch: number;
  readonly epochs: number;
}

/** Trains a network on flowers, and gives each epoch's losses and hits (batches), each before its step. */
export function* training(
  model: Sequential,
  flowers: Flowers,
  learned: readonly number[],
  { lr, batch, epochs }: Settings,
  generator: Generator,
): Iterable<readonly [losses: Tensor, hits: Tensor]> {
  const step = trainStep(
    (x: Tensor, t: Tensor) => {
      const logits = model.forward(x); // (B, 3)
      return [crossEntropy(logits, t), hits(logits, t)] as const;
    },
    new SGD(model.parameters(), { lr }),
  );
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(learned.length, generator).map((i) => learned[i]!);
    yield scope(() => {
      const steps: (readonly [Tensor, Tensor])[] = [];
      for (let start = 0; start < order.length; start += batch) {
        steps.push(step(...tensorsOf(flowers, order.slice(start, start + batch))));
      }
      return [stack(steps.map(([loss]) => loss)), stack(steps.map(([, right]) => right))] as const;
    });
  }
}
