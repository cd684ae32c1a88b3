import { Adam, CosineAnnealingLR } from '@kasane/optim';
import { linearAnnealing } from '@kasane/seq2seq';
import { randperm, scope, tensor } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import type { Speaker } from './network.ts';

export interface Settings {
  readonly lr: number;
  readonly batch: number;
  readonly steps: number;
  /** Steps until the divergence counts in full. */
  readonly annealing: number;
}

/** Gives for each step -log p of a word of the replies, and the divergence where there is one. */
export function* training(
  { model, loss }: Speaker,
  dialogues: Tensor,
  { lr, batch, steps, annealing }: Settings,
  generator: Generator,
): Iterable<readonly Tensor[]> {
  const adam = new Adam(model.parameters(), { lr });
  const scheduler = new CosineAnnealingLR(adam, steps); // small steps at last
  const step = trainStep(loss, adam, { clipGradNorm: 1 });
  const count = dialogues.shape[0]!;
  let order = randperm(count, { generator });
  let at = 0;
  for (let i = 0; i < steps; i++) {
    if (at + batch > count) [order, at] = [randperm(count, { generator }), 0];
    yield scope(() => {
      const some = dialogues.indexSelect(0, order.slice(0, at, at + batch)); // (B, U, T)
      const [, perWord, kl] = step(some, tensor(linearAnnealing(i, annealing)));
      return kl === undefined ? [perWord] : [perWord, kl];
    });
    scheduler.step();
    at += batch;
  }
}
