import { Conv2d, ConvTranspose2d } from '@kasane/layers-cnn';
import {
  Flatten,
  layerNames,
  layerOptions,
  Linear,
  ReLU,
  Sequential,
  Unflatten,
  type Layer,
  type LayerOptions,
} from '@kasane/nn';
import { optionsOf, requireThat, requireWhole, shown } from '@kasane/tensor-core';
import { Autoencoder, type AutoencoderOptions } from './autoencoder.ts';

/** Options of `convEncoder` and `convDecoder`. */
export interface ConvCoderOptions extends LayerOptions {
  /** Channels of pictures. Default 1. */
  readonly inChannels?: number;
  /** The side of the square pictures, which every layer halves. Default 28. */
  readonly size?: number;
  /** Maps of each convolution of the encoder; the decoder has them from the last to the first. Default [16, 32]. */
  readonly channels?: readonly number[];
}

const coderNames = ['inChannels', 'size', 'channels', ...layerNames] as const;
const HALVING = { stride: 2, padding: 1 } as const; // with kernels of 4

interface Plan {
  /** Channels before the first layer and after each. */
  readonly maps: readonly number[];
  /** The side of the last maps. */
  readonly side: number;
  /** How many numbers the last maps hold. */
  readonly features: number;
  readonly how: LayerOptions;
}

function planOf(owner: string, outputs: number, options: ConvCoderOptions | undefined): Plan {
  const given = optionsOf(owner, options, coderNames);
  const { inChannels = 1, size = 28, channels = [16, 32] } = given;
  requireWhole(owner, 'the size of the code', outputs, 1);
  requireWhole(owner, 'inChannels', inChannels, 1);
  requireWhole(owner, 'size', size, 1);
  if (!Array.isArray(channels) || channels.length === 0) {
    throw new RangeError(
      `${owner}: channels must be a list such as [16, 32], got ${shown(channels)}.`,
    );
  }
  channels.forEach((maps, i) => requireWhole(owner, `channels[${i}]`, maps, 1));
  const parts = 2 ** channels.length;
  const rule = `divisible by ${parts}, for ${channels.length} layers halve it`;
  requireThat(size % parts === 0, owner, 'size', size, rule);
  const side = size / parts;
  const maps = [inChannels, ...channels];
  return { maps, side, features: maps.at(-1)! * side * side, how: layerOptions(given) };
}

/**
 * Convolutions that halve pictures, and a last layer that makes codes of them.
 *
 * $$ H_{i+1} = \lfloor (H_i + 2 - 4) / 2 \rfloor + 1 = H_i / 2 $$
 *
 * | tensor | shape                       |
 * | ------ | --------------------------- |
 * | input  | (N, inChannels, size, size) |
 * | output | (N, outputs)                |
 *
 * Kernels are 4 × 4 with stride 2 and padding 1, each followed by a ReLU. For a `VAE` with codes of Z numbers, `outputs` is 2 Z.
 *
 * @throws RangeError if there are no `channels`, one of the numbers is not a whole one of at least 1, or the size cannot be halved as often
 * as there are layers.
 *
 * @example
 * import { convEncoder } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * convEncoder(8).forward(zeros([2, 1, 28, 28])).shape; // => [2,8]
 * @category Autoencoders
 */
export function convEncoder(outputs: number, options?: ConvCoderOptions): Sequential {
  const { maps, features, how } = planOf('convEncoder', outputs, options);
  const convolutions = maps
    .slice(1)
    .flatMap((to, i): Layer[] => [new Conv2d(maps[i]!, to, 4, { ...HALVING, ...how }), new ReLU()]);
  return new Sequential(...convolutions, new Flatten(), new Linear(features, outputs, how));
}

/**
 * The mirror image of `convEncoder`: codes become small maps, and transposed convolutions double them.
 *
 * $$ H_{i+1} = 2 (H_i - 1) - 2 + 4 = 2 H_i $$
 *
 * | tensor | shape                       |
 * | ------ | --------------------------- |
 * | input  | (N, inputs)                 |
 * | output | (N, inChannels, size, size) |
 *
 * Nothing follows the last layer: the numbers are logits, or pixels as they are.
 *
 * @throws RangeError if there are no `channels`, one of the numbers is not a whole one of at least 1, or the size cannot be halved as often
 * as there are layers.
 *
 * @example
 * import { convDecoder } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * convDecoder(8).forward(zeros([2, 8])).shape; // => [2,1,28,28]
 * @category Autoencoders
 */
export function convDecoder(inputs: number, options?: ConvCoderOptions): Sequential {
  const { maps, side, features, how } = planOf('convDecoder', inputs, options);
  const up = maps.toReversed();
  const convolutions = up
    .slice(1)
    .flatMap((to, i): Layer[] => [
      new ReLU(),
      new ConvTranspose2d(up[i]!, to, 4, { ...HALVING, ...how }),
    ]);
  const first = new Linear(inputs, features, how);
  return new Sequential(first, new Unflatten(1, [up[0]!, side, side]), ...convolutions);
}

/** Options of `ConvAutoencoder`. */
export interface ConvAutoencoderOptions extends AutoencoderOptions, ConvCoderOptions {}

/**
 * An autoencoder of pictures: `convEncoder`, and `convDecoder` as its mirror image.
 *
 * $$ z = f(x), \quad \hat x = g(z), \quad \text{minimise } \| x - \hat x \|^2 $$
 *
 * | tensor        | shape                       |
 * | ------------- | --------------------------- |
 * | input, output | (N, inChannels, size, size) |
 * | code          | (N, codeSize)               |
 *
 * @throws RangeError if there are no `channels`, one of the numbers is not a whole one of at least 1, or the size cannot be halved as often
 * as there are layers.
 * @throws {@link ShapeError} if inputs are no pictures of that size.
 *
 * @example
 * import { ConvAutoencoder } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * const model = new ConvAutoencoder(16, { size: 32, inChannels: 3 });
 * model.encode(zeros([2, 3, 32, 32])).shape; // => [2,16]
 * model.forward(zeros([2, 3, 32, 32])).shape; // => [2,3,32,32]
 *
 * @see Masci et al. (2011), Stacked Convolutional Auto-Encoders for Hierarchical Feature Extraction.
 * @category Autoencoders
 */
export class ConvAutoencoder extends Autoencoder {
  constructor(codeSize: number, options: ConvAutoencoderOptions = {}) {
    optionsOf('ConvAutoencoder', options, ['criterion', ...coderNames]);
    const { criterion, ...coder } = options;
    super(convEncoder(codeSize, coder), convDecoder(codeSize, coder), criterion && { criterion });
  }
}
