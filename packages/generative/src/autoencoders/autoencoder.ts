import { Module, mseLoss, type Layer } from '@kasane/nn';
import { optionsOf, requireFunction, type Tensor } from '@kasane/tensor-core';
import { requireBatch, requireLayer, requireRebuilt } from './given.ts';

/** How far what was rebuilt (first) is from what it should be (second): a scalar. */
export type ReconstructionLoss = (output: Tensor, target: Tensor) => Tensor;

/** Options of `Autoencoder`. */
export interface AutoencoderOptions {
  /** What is minimised. Default `mseLoss`; for logits of pixels, `binaryCrossEntropyWithLogits`. */
  readonly criterion?: ReconstructionLoss;
}

/**
 * Learns to give its input back through a narrow code: what the code keeps is what tells the data apart.
 *
 * $$ z = f(x), \quad \hat x = g(z), \quad \text{minimise } \| x - \hat x \|^2 $$
 *
 * | tensor | shape                      |
 * | ------ | -------------------------- |
 * | input  | (N, ...)                   |
 * | code   | what the encoder gives     |
 * | output | (N, ...), as the input     |
 *
 * Encoder and decoder are any layers. With one `Linear` each, codes of k numbers span the plane of the first k principal components.
 *
 * @throws {@link ShapeError} if an input or a code is not (N, ...) with N > 0, or the decoder does not give back the shape of the input.
 *
 * @example
 * import { Autoencoder, mlp } from '@kasane/generative';
 * import { Adam } from '@kasane/optim';
 * import { Generator, rand, type Tensor } from '@kasane/tensor-core';
 * import { trainStep } from '@kasane/trainer';
 * const generator = new Generator(1);
 * const model = new Autoencoder(mlp([8, 16, 2], { generator }), mlp([2, 16, 8], { generator }));
 * const step = trainStep((x: Tensor) => model.loss(x), new Adam(model.parameters(), { lr: 0.01 }));
 * const x = rand([4, 8], { generator });
 * for (let i = 0; i < 300; i++) step(x).dispose();
 * model.encode(x).shape; // => [4,2]
 * model.loss(x).item() < 0.02; // => true
 *
 * @see Hinton and Salakhutdinov (2006), Reducing the Dimensionality of Data with Neural Networks.
 * @category Autoencoders
 */
export class Autoencoder extends Module {
  /** From inputs to codes. */
  readonly encoder: Layer;
  /** From codes to outputs. */
  readonly decoder: Layer;
  /** How far outputs are from inputs. */
  readonly criterion: ReconstructionLoss;

  constructor(encoder: Layer, decoder: Layer, options: AutoencoderOptions = {}) {
    super();
    const owner = this.constructor.name;
    const { criterion = mseLoss } = optionsOf(owner, options, ['criterion']);
    requireLayer(owner, 'the encoder', encoder);
    requireLayer(owner, 'the decoder', decoder);
    requireFunction(owner, criterion);
    this.encoder = encoder;
    this.decoder = decoder;
    this.criterion = criterion;
  }

  /** The codes of inputs. */
  encode(input: Tensor): Tensor {
    requireBatch(this.constructor.name, 'the input', input);
    return this.encoder.forward(input);
  }

  /** What codes stand for. */
  decode(code: Tensor): Tensor {
    requireBatch(this.constructor.name, 'the code', code);
    return this.decoder.forward(code);
  }

  forward(input: Tensor): Tensor {
    return this.decode(this.encode(input));
  }

  /** What to minimise, a scalar. */
  loss(input: Tensor): Tensor {
    return this.compare(this.forward(input), input);
  }

  /** The criterion, after a look at the shapes. */
  protected compare(output: Tensor, target: Tensor): Tensor {
    requireRebuilt(this.constructor.name, target, output);
    return this.criterion(output, target);
  }
}
