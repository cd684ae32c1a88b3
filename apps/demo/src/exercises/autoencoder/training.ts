import type { LabeledImages } from '@kasane/datasets';
import type { Autoencoder } from '@kasane/generative';
import { Adam } from '@kasane/optim';
import { noGrad, scope, type Generator, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import type { AsyncPart } from '../../exercise.ts';
import { batches } from '../../images/batches.ts';

const AT_ONCE = 500;
const CALM = 0.3; // the share of the steps, at the end, in which the rate falls to a hundredth

/** Trains an autoencoder, and gives the loss of each step. The classes of the digits are not looked at. */
export function* training(
  model: Autoencoder,
  images: LabeledImages,
  { lr, batch, steps }: { readonly lr: number; readonly batch: number; readonly steps: number },
  generator: Generator,
): Iterable<Tensor> {
  const adam = new Adam(model.parameters(), { lr });
  const step = trainStep((x: Tensor) => model.loss(x), adam);
  const order = batches(images, batch, generator);
  for (let i = 0; i < steps; i++) {
    const left = Math.min(1, (steps - i) / (CALM * steps));
    for (const group of adam.paramGroups) group.lr = lr * 0.01 ** (1 - left);
    const [x, t] = order.next().value;
    t.dispose();
    yield step(x);
    x.dispose();
  }
}

/** Batches of all pictures, in their order, and the place of the first. */
function* inOrder(images: LabeledImages): Iterable<[x: Tensor, from: number]> {
  for (let from = 0; from < images.length; from += AT_ONCE) {
    const rows = Array.from(
      { length: Math.min(AT_ONCE, images.length - from) },
      (_, i) => from + i,
    );
    const [x, t] = images.getBatch(rows);
    t.dispose();
    yield [x, from];
    x.dispose();
  }
}

/** The mean squared error of all pictures, from what makes others of them. */
export async function* errorOf(
  rebuild: (x: Tensor) => Tensor,
  images: LabeledImages,
  progress: { readonly step: number; readonly total: number },
): AsyncPart<never, number> {
  let sum = 0;
  for (const [x] of inOrder(images)) {
    const apart = scope(() => noGrad(() => rebuild(x).sub(x).square().sum()));
    sum += (await apart.data())[0]! as number; // float32
    apart.dispose();
    yield { type: 'progress', ...progress };
  }
  return sum / (images.length * images.channels * images.height * images.width);
}

/** What a network makes of all pictures, (N, D), as numbers in rows. */
export async function outputsOf(
  forward: (x: Tensor) => Tensor,
  images: LabeledImages,
): Promise<number[][]> {
  const rows: number[][] = [];
  for (const [x] of inOrder(images)) {
    const output = scope(() => noGrad(() => forward(x)));
    const [n, d] = output.shape as [number, number]; // (N, D)
    const values = Array.from(await output.data(), Number);
    for (let i = 0; i < n; i++) rows.push(values.slice(i * d, (i + 1) * d));
    output.dispose();
  }
  return rows;
}
