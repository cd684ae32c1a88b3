import {
  formatShape,
  guardedOptions,
  optionsOf,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { layerNames, type LayerOptions } from './layer-options.ts';
import { Module } from './module.ts';
import { scaleAndShift } from './new-parameter.ts';
import { lastDims, normalize } from './ops/normalize.ts';
import type { Parameter } from './parameter.ts';

/** Options of `LayerNorm`. */
export interface LayerNormOptions extends LayerOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Learn a scale and a shift per element. Default true. */
  readonly elementwiseAffine?: boolean;
}

/**
 * Normalises each sample over its last dimensions.
 *
 * $$ y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \epsilon}} \, \gamma + \beta $$
 *
 * | tensor       | shape                  |
 * | ------------ | ---------------------- |
 * | input        | (..., normalizedShape) |
 * | output       | as the input           |
 * | weight, bias | normalizedShape        |
 *
 * The variance is the biased one. γ starts as ones, β as zeros. Same as `torch.nn.LayerNorm`.
 *
 * @throws {@link ShapeError} if normalizedShape is no shape, or the input does not end with it.
 *
 * @example
 * import { LayerNorm } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new LayerNorm(2, { eps: 0 }).forward(tensor([[1, 3], [10, 30]])).toArray(); // => [[-1,1],[-1,1]]
 *
 * @see Ba, Kiros and Hinton (2016), Layer Normalization.
 * @category Normalisation
 */
export class LayerNorm extends Module {
  /** The sizes of the dimensions that are normalised together. */
  readonly normalizedShape: Shape;
  /** Added to the variance. */
  eps: number;
  /** γ, or null. */
  readonly weight: Parameter | null;
  /** β, or null. */
  readonly bias: Parameter | null;

  constructor(normalizedShape: number | Shape, options: LayerNormOptions = {}) {
    super();
    const names = ['eps', 'elementwiseAffine', ...layerNames] as const;
    const { eps = 1e-5, elementwiseAffine = true } = optionsOf('LayerNorm', options, names);
    this.normalizedShape = [normalizedShape].flat(); // a copy: the caller may change its own
    this.eps = eps;
    [this.weight, this.bias] = scaleAndShift(elementwiseAffine, this.normalizedShape, options);
  }

  forward(input: Tensor): Tensor {
    const { eps } = guardedOptions(this);
    const how = lastDims('LayerNorm', input, this.normalizedShape, eps, true);
    return normalize(input, [this.weight, this.bias], how);
  }

  override extraRepr(): string {
    return `${formatShape(this.normalizedShape)}, ${super.extraRepr()}`;
  }
}
