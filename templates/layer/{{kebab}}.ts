import { layerNames, Module, newParameter, type LayerOptions, type Parameter } from '@kasane/nn';
import { formatShape, optionsOf, requireWhole, ShapeError, type Tensor } from '@kasane/tensor-core';

/**
 * A learned scale per feature.
 *
 * $$ y = x \odot w $$
 *
 * | tensor | shape           |
 * | ------ | --------------- |
 * | input  | (..., features) |
 * | output | (..., features) |
 * | weight | (features)      |
 *
 * The weight starts as ones. PyTorch has no such layer. Throws ShapeError if the last dimension of the
 * input is not features.
 *
 * @example
 * import { {{Pascal}} } from '@kasane/{{package}}';
 * import { tensor } from '@kasane/tensor-core';
 * new {{Pascal}}(2).forward(tensor([[3, -1]])).toArray(); // => [[3,-1]]
 *
 * @category Layers
 */
export class {{Pascal}} extends Module {
  /** The size of the input's last dimension. */
  readonly features: number;
  /** (features) */
  readonly weight: Parameter;

  constructor(features: number, options: LayerOptions = {}) {
    super();
    optionsOf('{{Pascal}}', options, layerNames);
    requireWhole('{{Pascal}}', 'features', features);
    this.features = features;
    this.weight = newParameter([features], 1, options);
  }

  forward(input: Tensor): Tensor {
    if (input.shape.at(-1) !== this.features) {
      throw new ShapeError(
        `{{Pascal}}: the last dimension of the input must be features ${this.features}, got shape ${formatShape(input.shape)}. Reshape it, or build the layer with its size.`,
      );
    }
    return input.mul(this.weight); // (..., features)
  }
}
