import {
  formatShape,
  guardedOptions,
  optionsOf,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { layerNames, type LayerOptions } from './layer-options.ts';
import { Module } from './module.ts';
import { newParameter } from './new-parameter.ts';
import { lastDims, normalize } from './ops/normalize.ts';
import type { Parameter } from './parameter.ts';
import { checkTensor } from './shapes.ts';

/** Options of `RMSNorm`. */
export interface RMSNormOptions extends LayerOptions {
  /** Added to the mean square. Default: the rounding unit of the input's dtype. */
  readonly eps?: number;
  /** Learn a scale per element. Default true. */
  readonly elementwiseAffine?: boolean;
}

/**
 * Divides each sample by its root mean square over its last dimensions.
 *
 * $$ y = \frac{x}{\sqrt{\mathrm{E}[x^2] + \epsilon}} \, \gamma $$
 *
 * | tensor | shape                  |
 * | ------ | ---------------------- |
 * | input  | (..., normalizedShape) |
 * | output | as the input           |
 * | weight | normalizedShape        |
 *
 * γ starts as ones. Same as `torch.nn.RMSNorm`.
 *
 * @throws {@link ShapeError} if normalizedShape is no shape, or the input does not end with it.
 *
 * @example
 * import { RMSNorm } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new RMSNorm(2, { eps: 0 }).forward(tensor([[3, -3]])).toArray(); // => [[1,-1]]
 *
 * @see Zhang and Sennrich (2019), Root Mean Square Layer Normalization.
 * @category Normalisation
 */
export class RMSNorm extends Module {
  /** The sizes of the dimensions that are normalised together. */
  readonly normalizedShape: Shape;
  /** Added to the mean square; null for the rounding unit of the input's dtype. */
  eps: number | null;
  /** γ, or null. */
  readonly weight: Parameter | null;

  constructor(normalizedShape: number | Shape, options: RMSNormOptions = {}) {
    super();
    const names = ['eps', 'elementwiseAffine', ...layerNames] as const;
    const { eps = null, elementwiseAffine = true } = optionsOf('RMSNorm', options, names);
    this.normalizedShape = [normalizedShape].flat(); // a copy: the caller may change its own
    this.eps = eps;
    this.weight = elementwiseAffine ? newParameter(this.normalizedShape, 1, options) : null;
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const eps = guardedOptions(this).eps ?? (input.dtype === 'float64' ? Number.EPSILON : 2 ** -23);
    const how = lastDims('RMSNorm', input, this.normalizedShape, eps, false);
    return normalize(input, [this.weight], how);
  }

  override extraRepr(): string {
    return `${formatShape(this.normalizedShape)}, ${super.extraRepr()}`;
  }
}
