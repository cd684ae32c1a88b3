import { Conv2d, conv2d } from '@kasane/layers-cnn';
import {
  Buffer,
  layerNames,
  layerOptions,
  Module,
  ReLU,
  Sequential,
  type Layer,
  type LayerOptions,
} from '@kasane/nn';
import {
  formatShape,
  optionsOf,
  requireTensor,
  requireThat,
  requireWhole,
  ShapeError,
  shown,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import { Autoregressive, type AutoregressiveSampleOptions } from './autoregressive.ts';

/** Options of `PixelCNN`. */
export interface PixelCNNOptions extends LayerOptions {
  /** Channels within the residual blocks; there are twice as many between them. Default 16. */
  readonly channels?: number;
  /** How many residual blocks there are. Default 5. */
  readonly blocks?: number;
  /** The size of the first kernel, which does not see its own pixel: odd. Default 7. */
  readonly firstKernelSize?: number;
}

/** A convolution that sees the rows above, and of its own row what is to the left; its own pixel only if `self` says so. */
class MaskedConv2d extends Conv2d {
  /** (1, 1, size, size): 1 for what is seen. */
  readonly mask: Buffer;

  constructor(from: number, to: number, size: number, { self, ...how }: LayerOptions & { readonly self: boolean }) {
    super(from, to, size, { ...how, padding: (size - 1) / 2 });
    const { dtype, backend } = this.weight;
    const centre = (size * size - 1) / 2;
    const seen = Array.from({ length: size * size }, (_, i) =>
      i < centre || (self && i === centre) ? 1 : 0,
    );
    this.mask = new Buffer(tensor(seen, [1, 1, size, size], { dtype, backend }));
  } // prettier-ignore

  override forward(x: Tensor): Tensor {
    const { padding } = this;
    return conv2d(x, this.weight.mul(this.mask), this.bias, { padding });
  }
}

/** Half as many channels, a masked convolution, all channels again; and what came in is added. */
class ResidualBlock extends Module {
  readonly body: Sequential;

  constructor(channels: number, how: LayerOptions) {
    super();
    this.body = new Sequential(
      new ReLU(),
      new Conv2d(2 * channels, channels, 1, how),
      new ReLU(),
      new MaskedConv2d(channels, channels, 3, { ...how, self: true }),
      new ReLU(),
      new Conv2d(channels, 2 * channels, 1, how),
    );
  }

  forward(x: Tensor): Tensor {
    return x.add(this.body.forward(x));
  }
}

/**
 * PixelCNN of binary images of one channel: convolutions that see the pixels above and to the left alone, so that each pixel has a probability
 * given those before it, row by row. Images may be of any size.
 *
 * $$ \log p(x) = \sum_i \log p(x_i \mid x_1, \ldots, x_{i-1}), \quad i \text{ row by row} $$
 *
 * | tensor | shape                   |
 * | ------ | ----------------------- |
 * | input  | (N, 1, H, W), 0 or 1    |
 * | output | (N, 1, H, W), logits    |
 *
 * It is the first form of the model, which does not see some pixels above to the right: the gated one came later.
 *
 * @throws {@link ShapeError} if inputs are not (N, 1, H, W).
 * @throws RangeError if `channels`, `blocks`, a height or a width is not a whole number, or `firstKernelSize` not an odd one of at least 3.
 *
 * @example
 * import { PixelCNN } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * const model = new PixelCNN({ channels: 4, blocks: 2, firstKernelSize: 3 });
 * model.logProb(zeros([5, 1, 8, 8])).shape; // => [5]
 * const made = await model.sample(2, [4, 4]);
 * made.shape; // => [2,1,4,4]
 *
 * @see van den Oord, Kalchbrenner, Kavukcuoglu (2016), Pixel Recurrent Neural Networks.
 * @category Autoregressive
 */
export class PixelCNN extends Autoregressive {
  readonly layers: Sequential;
  readonly #first: Conv2d;

  constructor(options?: PixelCNNOptions) {
    super();
    const names = ['channels', 'blocks', 'firstKernelSize', ...layerNames] as const;
    const given = optionsOf('PixelCNN', options, names);
    const { channels = 16, blocks = 5, firstKernelSize = 7 } = given;
    requireWhole('PixelCNN', 'channels', channels, 1);
    requireWhole('PixelCNN', 'blocks', blocks);
    requireWhole('PixelCNN', 'firstKernelSize', firstKernelSize, 3);
    requireThat(firstKernelSize % 2 === 1, 'PixelCNN', 'firstKernelSize', firstKernelSize, 'odd');
    const how = layerOptions(given);
    this.#first = new MaskedConv2d(1, 2 * channels, firstKernelSize, { ...how, self: false });
    const body: Layer[] = Array.from({ length: blocks }, () => new ResidualBlock(channels, how));
    this.layers = new Sequential(
      this.#first,
      ...body,
      new ReLU(),
      new Conv2d(2 * channels, 2 * channels, 1, how),
      new ReLU(),
      new Conv2d(2 * channels, 1, 1, how),
    );
  }

  forward(x: Tensor): Tensor {
    requireTensor('PixelCNN', 'the input', x);
    if (x.ndim !== 4 || x.shape[1] !== 1) {
      throw new ShapeError(
        `PixelCNN: the input must be (N, 1, H, W), got ${formatShape(x.shape)}.`,
      );
    }
    return this.layers.forward(x);
  }

  /** Draws n images of a height and a width, (n, 1, H, W), without gradients, in as many steps as an image has pixels. */
  async sample(
    n: number,
    size: readonly [height: number, width: number],
    options?: AutoregressiveSampleOptions,
  ): Promise<Tensor> {
    if (!Array.isArray(size)) {
      throw new TypeError(`PixelCNN.sample: size must be [height, width], got ${shown(size)}.`);
    }
    const [height, width] = size as readonly [number, number]; // isArray forgets which
    requireWhole('PixelCNN.sample', 'the height', height, 1);
    requireWhole('PixelCNN.sample', 'the width', width, 1);
    return this.draw(n, [1, height, width], options);
  }

  protected get like(): Tensor {
    return this.#first.weight;
  }
}
