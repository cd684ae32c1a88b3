import { init, Linear, type Module } from '@kasane/nn';
import type { Tensor } from '@kasane/tensor-core';
import { ConvLayer } from '../conv-layers.ts';

/** Draws the weights of a model anew, layer by layer, and sets biases to zero where `zeroBias` says so. @internal */
export function initialize(
  model: Module,
  how: {
    readonly convolution?: (weight: Tensor) => unknown;
    readonly linear?: (weight: Tensor) => unknown;
    readonly zeroBias: boolean;
  },
): void {
  for (const layer of model.modules()) {
    const draw =
      layer instanceof ConvLayer
        ? how.convolution
        : layer instanceof Linear
          ? how.linear
          : undefined;
    if (draw === undefined) continue;
    // Both kinds of layers have these two.
    const { weight, bias } = layer as ConvLayer | Linear;
    draw(weight);
    if (how.zeroBias && bias !== null) init.zeros(bias);
  }
}
