import {
  guardedOptions,
  requireWhole,
  ShapeError,
  sizeOf,
  optionsOf,
  type Tensor,
} from '@kasane/tensor-core';
import { layerNames, type LayerOptions } from './layer-options.ts';
import { Module } from './module.ts';
import { scaleAndShift } from './new-parameter.ts';
import { normalize } from './ops/normalize.ts';
import type { Parameter } from './parameter.ts';
import { checkTensor, wrongShape } from './shapes.ts';

/** Options of `GroupNorm`. */
export interface GroupNormOptions extends LayerOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Learn a scale and a shift per channel. Default true. */
  readonly affine?: boolean;
}

/**
 * Normalises each sample over groups of channels.
 *
 * $$ y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \epsilon}} \, \gamma + \beta $$
 *
 * | tensor       | shape               |
 * | ------------ | ------------------- |
 * | input        | (N, numChannels, *) |
 * | output       | as the input        |
 * | weight, bias | (numChannels)       |
 *
 * The variance is the biased one. γ starts as ones, β as zeros. Same as `torch.nn.GroupNorm`.
 *
 * @throws RangeError unless both numbers are whole and ≥ 1.
 * @throws {@link ShapeError} if numGroups does not divide numChannels, or the input has other channels.
 *
 * @example
 * import { GroupNorm } from '@kasane/nn';
 * import { randn } from '@kasane/tensor-core';
 * new GroupNorm(3, 6).forward(randn([20, 6, 10])).shape; // => [20,6,10]
 *
 * @see Wu and He (2018), Group Normalization.
 * @category Normalisation
 */
export class GroupNorm extends Module {
  /** The number of groups the channels are split into. */
  readonly numGroups: number;
  /** The size of the input's second dimension. */
  readonly numChannels: number;
  /** Added to the variance. */
  eps: number;
  /** γ, or null. */
  readonly weight: Parameter | null;
  /** β, or null. */
  readonly bias: Parameter | null;

  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    const names = ['eps', 'affine', ...layerNames] as const;
    const { eps = 1e-5, affine = true } = optionsOf('GroupNorm', options, names);
    requireWhole('GroupNorm', 'numGroups', numGroups, 1);
    requireWhole('GroupNorm', 'numChannels', numChannels, 1);
    if (numChannels % numGroups !== 0) {
      throw new ShapeError(
        `GroupNorm: numGroups must divide numChannels, got ${numGroups} and ${numChannels}.`,
      );
    }
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = eps;
    [this.weight, this.bias] = scaleAndShift(affine, [numChannels], options);
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const [n, channels, ...rest] = input.shape;
    if (channels !== this.numChannels) {
      throw wrongShape('GroupNorm', input, ` must have shape (N, ${this.numChannels}, ...)`);
    }
    const inner = (channels / this.numGroups) * sizeOf(rest);
    const groups = n! * this.numGroups;
    const { eps } = guardedOptions(this);
    const how = { batch: 1, groups, inner, each: true, centred: true, eps };
    const normal = normalize(input, [], how);
    if (this.weight === null || this.bias === null) return normal;
    const perChannel = [channels, ...rest.map(() => 1)];
    return normal.mul(this.weight.reshape(perChannel)).add(this.bias.reshape(perChannel));
  }
}
