import { ones, requireWhole, type Tensor } from '@kasane/tensor-core';
import { tensorOptions, type LayerOptions } from './layer-options.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { checkLastDims } from './shapes.ts';

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
 * import { {{Pascal}} } from '@kasane/nn';
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
    requireWhole('{{Pascal}}', 'features', features);
    this.features = features;
    this.weight = new Parameter(ones([features], tensorOptions(options)));
  }

  forward(input: Tensor): Tensor {
    checkLastDims('{{Pascal}}', input, [this.features], 'features');
    return input.mul(this.weight); // (..., features)
  }
}
