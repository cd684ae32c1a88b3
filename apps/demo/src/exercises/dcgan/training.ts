import type { LabeledImages } from '@kasane/datasets';
import type { DiscriminatorReport } from '@kasane/generative';
import { scope, type Generator, type Tensor } from '@kasane/tensor-core';
import { batches } from '../../images/batches.ts';
import type { Game, Settings } from './network.ts';

/** What a round tells, each one number. */
export interface Round extends DiscriminatorReport {
  readonly generatorLoss: Tensor;
}

/** Batches of digits without end, from −1 to 1 as tanh is. The classes are not looked at. */
export function* scaled(
  images: LabeledImages,
  batch: number,
  generator: Generator,
): globalThis.Generator<Tensor, never, void> {
  for (const [x, t] of batches(images, batch, generator)) {
    const real = scope(() => x.mul(2).sub(1));
    for (const one of [x, t]) one.dispose();
    yield real;
  }
  throw new Error('internal: the batches ended');
}

/** Rounds, each of a step of D and one of G. In the last third both rates fall to 0, so that the players come to rest. */
export function* training(
  { trainer, optimizers }: Game,
  images: LabeledImages,
  { lr, ratio, batch, rounds }: Settings,
  generator: Generator,
): Iterable<Round> {
  const order = scaled(images, batch, generator);
  for (let i = 0; i < rounds; i++) {
    const share = Math.min(1, 3 * (1 - i / rounds));
    optimizers[0].paramGroups[0]!.lr = lr * share;
    optimizers[1].paramGroups[0]!.lr = lr * ratio * share;
    const real = order.next().value;
    const report = trainer.discriminatorStep(real);
    yield { ...report, generatorLoss: trainer.generatorStep(real) };
    real.dispose();
  }
}
