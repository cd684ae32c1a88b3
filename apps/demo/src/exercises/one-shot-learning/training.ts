import type { LabeledImages } from '@kasane/datasets';
import type { PrototypicalNetwork } from '@kasane/layers-cnn';
import { crossEntropy } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { scope } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { newEpisode, places } from './episodes.ts';

/** Trains a network, an episode of `way` classes with one example each in a step, and gives the loss of each. */
export function* training(
  model: PrototypicalNetwork,
  glyphs: LabeledImages,
  settings: { way: number; queries: number; episodes: number; lr: number },
  generator: Generator,
): Iterable<Tensor> {
  const { way, queries, episodes, lr } = settings;
  const step = trainStep(
    (support: Tensor, images: Tensor, wanted: Tensor) =>
      crossEntropy(model.forward(support, images), wanted),
    new Adam(model.parameters(), { lr }),
  );
  for (let i = 0; i < episodes; i++) {
    const { examples, queries: asked, wanted } = newEpisode(glyphs, [way, 1, queries], generator);
    yield scope(() => {
      const [support] = glyphs.getBatch(examples.flat());
      const [images] = glyphs.getBatch(asked);
      return step(support.unsqueeze(1), images, places(wanted)); // (way, 1, 1, H, W)
    });
  }
}
