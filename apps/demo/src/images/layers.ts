/** Layers that start as Keras' do, weights after Glorot and Bengio and biases of zero. */
import { Conv2d } from '@kasane/layers-cnn';
import type { ConvOptions } from '@kasane/layers-cnn';
import { init, Linear } from '@kasane/nn';
import type { Generator } from '@kasane/tensor-core';

const glorot = <Layer extends Conv2d | Linear>(layer: Layer, generator: Generator): Layer => {
  init.xavierUniform(layer.weight, { generator });
  init.zeros(layer.bias!); // every layer here has one
  return layer;
};

/** `units` units that see all `inputs`. */
export const dense = (inputs: number, units: number, generator: Generator): Linear =>
  glorot(new Linear(inputs, units), generator);

/** `filters` filters of 3 × 3 over all channels. */
export const conv3 = (
  channels: number,
  filters: number,
  padding: ConvOptions['padding'] & string,
  generator: Generator,
): Conv2d => glorot(new Conv2d(channels, filters, 3, { padding }), generator);
