import { Linear, Module, layerNames, type Layer, type LayerOptions } from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';

/**
 * Says whether two images show the same: one embedding for both, and a weighted distance.
 *
 * $$ z = w \cdot |f(a) - f(b)| + \beta, \quad P(\text{same}) = \sigma(z) $$
 *
 * | tensor | shape        |
 * | ------ | ------------ |
 * | a, b   | (N, C, H, W) |
 * | output | (N): z       |
 *
 * f is any embedding, (N, C, H, W) → (N, features). `binaryCrossEntropyWithLogits` is its loss; to train f alone, by distances,
 * there is `contrastiveLoss`. Not in torchvision.
 *
 * @throws RangeError unless features is a whole number.
 * @throws {@link ShapeError} if f gives another number of features, and what f throws.
 *
 * @example
 * import { ConvEmbedding, SiameseNetwork } from '@kasane/layers-cnn';
 * import { rand, optionsOf } from '@kasane/tensor-core';
 * const model = new SiameseNetwork(new ConvEmbedding(1), 64);
 * const [a, b] = [rand([3, 1, 28, 28]), rand([3, 1, 28, 28])];
 * model.forward(a, b).sigmoid().shape; // => [3]
 *
 * @see Koch, Zemel and Salakhutdinov (2015), Siamese Neural Networks for One-shot Image Recognition.
 * @category Models
 */
export class SiameseNetwork extends Module {
  /** f, one for both images. */
  readonly embedding: Layer;
  /** The weights of the features' differences. */
  readonly distance: Linear;

  constructor(embedding: Layer, features: number, options: LayerOptions = {}) {
    super();
    this.embedding = embedding;
    this.distance = new Linear(features, 1, optionsOf('SiameseNetwork', options, layerNames));
  }

  forward(a: Tensor, b: Tensor): Tensor {
    const apart = this.embedding.forward(a).sub(this.embedding.forward(b)).abs(); // (N, features)
    return this.distance.forward(apart).squeeze(1);
  }
}
