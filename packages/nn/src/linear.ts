import { requireWhole, run, optionsOf, type Tensor } from '@kasane/tensor-core';
import { layerNames, type LayerOptions } from './layer-options.ts';
import { Module } from './module.ts';
import { weightAndBias } from './new-parameter.ts';
import { linear as linearOp } from './ops/linear.ts';
import type { Parameter } from './parameter.ts';

/**
 * An affine map of the last dimension, as one op.
 *
 * $$ y = x W^\top + b $$
 *
 * | tensor | shape                     |
 * | ------ | ------------------------- |
 * | input  | (..., inFeatures)         |
 * | weight | (outFeatures, inFeatures) |
 * | bias   | (outFeatures), or null    |
 * | output | (..., outFeatures)        |
 *
 * Same as `torch.nn.functional.linear`, except that the weight is a matrix and the bias of no other size. Throws
 * ShapeError for other shapes.
 *
 * @example
 * import { linear } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * linear(tensor([1, 2]), tensor([[3, 4]]), tensor([5])).toArray(); // => [16]
 *
 * @category Layers
 */
export function linear(input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  return run(linearOp, bias === null ? [input, weight] : [input, weight, bias], undefined);
}

/** Options of `Linear`. */
export interface LinearOptions extends LayerOptions {
  /** Add b. Default true. */
  readonly bias?: boolean;
}

/**
 * An affine map of the last dimension.
 *
 * $$ y = x W^\top + b $$
 *
 * | tensor | shape                     |
 * | ------ | ------------------------- |
 * | input  | (..., inFeatures)         |
 * | output | (..., outFeatures)        |
 * | weight | (outFeatures, inFeatures) |
 * | bias   | (outFeatures)             |
 *
 * Both start from U(-1/√inFeatures, 1/√inFeatures). Same as `torch.nn.Linear`.
 *
 * @throws RangeError unless the sizes are whole numbers.
 * @throws {@link ShapeError} if the last dimension of the input is not inFeatures.
 *
 * @example
 * import { Linear } from '@kasane/nn';
 * import { randn } from '@kasane/tensor-core';
 * const layer = new Linear(20, 30);
 * layer.forward(randn([128, 20])).shape; // => [128,30]
 *
 * @category Layers
 */
export class Linear extends Module {
  /** The size of the input's last dimension. */
  readonly inFeatures: number;
  /** The size of the output's last dimension. */
  readonly outFeatures: number;
  /** (outFeatures, inFeatures) */
  readonly weight: Parameter;
  /** (outFeatures), or null without a bias. */
  readonly bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    optionsOf('Linear', options, ['bias', ...layerNames]);
    requireWhole('Linear', 'inFeatures', inFeatures);
    requireWhole('Linear', 'outFeatures', outFeatures);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    [this.weight, this.bias] = weightAndBias([outFeatures, inFeatures], inFeatures, options);
  }

  forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  override multiplyAdds(_inputs: readonly Tensor[], [output]: readonly Tensor[]): number {
    return output!.size * this.inFeatures;
  }
}
