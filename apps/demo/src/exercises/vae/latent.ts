/** What is measured of the codes of a variational autoencoder. */
import { gradients } from '@kasane/autograd';
import type { LabeledImages } from '@kasane/datasets';
import type { VAE } from '@kasane/generative';
import { noGrad, scope, tensor, type Generator, type Tensor } from '@kasane/tensor-core';
import { PIXELS } from './pictures.ts';

/** The mean of the code of a held-out digit of a class: (Z). */
export function codeOf(model: VAE, images: LabeledImages, label: number, which: number): Tensor {
  const rows = [...images.labels.keys()].filter((i) => images.labels[i] === label);
  return scope(() => {
    const [x] = images.getBatch([rows[which % rows.length]!]);
    return noGrad(() => model.encode(x.flatten(1)).mean.squeeze(0));
  });
}

/** The largest gradients of the loss by the weights that make μ, and by those that make log σ². */
export function slopesOf(model: VAE, images: LabeledImages): [mu: number, logVariance: number] {
  return scope(() => {
    const [x] = images.getBatch([0, 1, 2, 3]);
    const last = model.encoder.parameters().at(-2)!; // the weight (2 Z, hidden) of the last layer
    const [slope] = gradients([model.loss(x.flatten(1)).loss], [last]);
    const [mu, logVariance] = slope!.chunk(2, 0).map((part) => part.abs().max().item());
    return [mu!, logVariance!];
  });
}

/** (count, 784) of which each pixel is that of another digit: as bright as digits are, and without a shape. */
export function shapeless(images: LabeledImages, count: number, generator: Generator): Tensor {
  return scope(() => {
    const x = images
      .getBatch([...images.labels.keys()])[0]
      .flatten(1)
      .dataSync();
    const values = Float32Array.from(
      { length: count * PIXELS },
      (_, i) => x[generator.below(images.length) * PIXELS + (i % PIXELS)] as number, // float32
    );
    return tensor(values, [count, PIXELS]);
  });
}

/** What a network makes of pictures (N, 784): the share that it reads with a confidence of `sure` or more, and the digits that it reads so. */
export async function readAs(
  reader: { forward(x: Tensor): Tensor },
  pictures: Tensor,
  sure: number,
): Promise<{ share: number; classes: number }> {
  const probabilities = scope(() =>
    noGrad(() => reader.forward(pictures.reshape([-1, 1, 28, 28])).softmax(1)),
  );
  const [n, count] = probabilities.shape as [number, number]; // (N, classes)
  const values = await probabilities.data();
  probabilities.dispose();
  const read = Array.from(values.keys()).filter((i) => Number(values[i]) >= sure);
  return { share: read.length / n, classes: new Set(read.map((i) => i % count)).size };
}
