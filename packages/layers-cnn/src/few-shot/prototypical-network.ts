import { Module, type Layer } from '@kasane/nn';
import { concat, formatShape, ShapeError, type Tensor, requireTensors } from '@kasane/tensor-core';

/**
 * Sorts images into classes it has a few examples of, and may never have been trained on: by the nearest prototype.
 *
 * $$ \mathrm{logit}_k = -\left\| f(x) - \frac1K \sum_{i=1}^{K} f(s_{ki}) \right\|^2 $$
 *
 * | tensor  | shape                                                          |
 * | ------- | -------------------------------------------------------------- |
 * | support | (way, shot, C, H, W): `shot` examples of each of `way` classes |
 * | queries | (Q, C, H, W)                                                   |
 * | output  | (Q, way)                                                       |
 *
 * f is any embedding, (N, C, H, W) → (N, D). `crossEntropy` of the output and the places of the queries' classes is the paper's
 * loss; an episode with other classes at every step teaches f to compare. Examples and queries are embedded as one batch. Not
 * in torchvision.
 *
 * @throws {@link ShapeError} for other shapes.
 *
 * @example
 * import { ConvEmbedding, PrototypicalNetwork } from '@kasane/layers-cnn';
 * import { rand } from '@kasane/tensor-core';
 * const model = new PrototypicalNetwork(new ConvEmbedding(1, { channels: [8, 8] })).eval();
 * const support = rand([5, 1, 1, 8, 8]);
 * const logits = model.forward(support, support.reshape([5, 1, 8, 8]));
 * logits.argmax(1).toArray(); // => [0,1,2,3,4]
 *
 * @see Snell, Swersky and Zemel (2017), Prototypical Networks for Few-shot Learning.
 * @category Models
 */
export class PrototypicalNetwork extends Module {
  /** f */
  readonly embedding: Layer;

  constructor(embedding: Layer) {
    super();
    this.embedding = embedding;
  }

  forward(support: Tensor, queries: Tensor): Tensor {
    requireTensors('PrototypicalNetwork', [support, queries]);
    const [way, shot, ...image] = support.shape;
    if (support.ndim !== 5 || formatShape(queries.shape.slice(1)) !== formatShape(image)) {
      throw new ShapeError(
        `PrototypicalNetwork: needs support (way, shot, C, H, W) and queries (Q, C, H, W), got ${formatShape(support.shape)} and ${formatShape(queries.shape)}.`,
      );
    }
    const examples = way! * shot!;
    const points = this.embedding.forward(
      concat([support.reshape([examples, ...image]), queries], 0),
    );
    const prototypes = points.slice(0, 0, examples).reshape([way!, shot!, -1]).mean(1); // (way, D)
    const apart = points.slice(0, examples).unsqueeze(1).sub(prototypes); // (Q, way, D)
    return apart.square().sum(2).neg();
  }
}
