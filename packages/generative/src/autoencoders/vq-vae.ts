import { Module, mseLoss, type Layer } from '@kasane/nn';
import { optionsOf, requireFunction, shown, type Tensor } from '@kasane/tensor-core';
import type { AutoencoderOptions, ReconstructionLoss } from './autoencoder.ts';
import { requireBatch, requireLayer, requireRebuilt } from './given.ts';
import { VectorQuantizer, type Quantized } from './vector-quantizer.ts';

/** What `VQVAE.loss` gives; all are scalars. */
export interface VQVAELoss {
  /** What to minimise: the sum of the next two. */
  readonly loss: Tensor;
  /** How far outputs are from inputs. */
  readonly reconstruction: Tensor;
  /** What draws vectors and codes towards each other. */
  readonly quantization: Tensor;
  /** As how many vectors, equally often used, the batch's choice would look. */
  readonly perplexity: Tensor;
}

/**
 * An autoencoder whose code is made of vectors from a learned list, and is therefore written down by whole numbers.
 *
 * $$ \mathcal L = \| x - g(e) \|^2 + \mathcal L_\text{VQ}(f(x)), \quad e \text{ the nearest vectors to } f(x) $$
 *
 * | tensor               | shape                                                      |
 * | -------------------- | ---------------------------------------------------------- |
 * | input, output        | (N, ...)                                                   |
 * | the encoder's output | (N, embeddingDim, ...): a vector for each place, or for all |
 * | indices              | (N, ...), int32                                            |
 *
 * Gradients pass from the decoder's input to the encoder's output as if they were the same.
 *
 * @throws {@link ShapeError} if inputs are not (N, ...) with N > 0, codes do not fit the quantizer, or the decoder does not give back the shape of
 * the input.
 *
 * @example
 * import { mlp, VectorQuantizer, VQVAE } from '@kasane/generative';
 * import { rand } from '@kasane/tensor-core';
 * const model = new VQVAE(mlp([8, 16, 3]), new VectorQuantizer(32, 3), mlp([3, 16, 8]));
 * const indices = model.encode(rand([5, 8])).indices;
 * indices.shape; // => [5]
 * model.decode(indices).shape; // => [5,8]
 *
 * @see van den Oord, Vinyals and Kavukcuoglu (2017), Neural Discrete Representation Learning.
 * @category Autoencoders
 */
export class VQVAE extends Module {
  /** From inputs to what is quantized. */
  readonly encoder: Layer;
  /** The list of vectors. */
  readonly quantizer: VectorQuantizer;
  /** From vectors to outputs. */
  readonly decoder: Layer;
  /** How far outputs are from inputs. */
  readonly criterion: ReconstructionLoss;

  constructor(
    encoder: Layer,
    quantizer: VectorQuantizer,
    decoder: Layer,
    options: AutoencoderOptions = {},
  ) {
    super();
    const { criterion = mseLoss } = optionsOf('VQVAE', options, ['criterion']);
    requireLayer('VQVAE', 'the encoder', encoder);
    requireLayer('VQVAE', 'the decoder', decoder);
    requireFunction('VQVAE', criterion);
    if (!(quantizer instanceof VectorQuantizer)) {
      throw new TypeError(
        `VQVAE: the quantizer must be a VectorQuantizer, got ${shown(quantizer)}.`,
      );
    }
    this.encoder = encoder;
    this.quantizer = quantizer;
    this.decoder = decoder;
    this.criterion = criterion;
  }

  /** The vectors that stand for inputs. */
  encode(input: Tensor): Quantized {
    requireBatch('VQVAE', 'the input', input);
    return this.quantizer.forward(this.encoder.forward(input));
  }

  /** What indices (N, ...) stand for. */
  decode(indices: Tensor): Tensor {
    return this.decoder.forward(this.quantizer.lookup(indices));
  }

  forward(input: Tensor): Tensor {
    return this.decoder.forward(this.encode(input).quantized);
  }

  /** What to minimise, and what it is made of. */
  loss(input: Tensor): VQVAELoss {
    const { quantized, loss: quantization, perplexity } = this.encode(input);
    const output = this.decoder.forward(quantized);
    requireRebuilt('VQVAE', input, output);
    const reconstruction = this.criterion(output, input);
    return { loss: reconstruction.add(quantization), reconstruction, quantization, perplexity };
  }
}
