import {
  Dropout,
  init,
  Linear,
  Module,
  initOptions,
  layerNames,
  layerOptions,
  type LayerOptions,
} from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { BasicConv2d } from '../blocks/conv-blocks.ts';
import { InceptionAux } from '../blocks/inception-aux.ts';
import { BatchNormInception } from '../blocks/inception.ts';
import { AdaptiveAvgPool2d, MaxPool2d } from '../pool-layers.ts';
import { initialize } from './initialize.ts';

/** Options of `GoogLeNet`. */
export interface GoogLeNetOptions extends LayerOptions {
  /** Default 1000. */
  readonly numClasses?: number;
  /** Build the auxiliary heads. Default true. */
  readonly auxLogits?: boolean;
  /** The probability of a zero before the last layer. Default 0.2. */
  readonly dropout?: number;
  /** That in the auxiliary heads. Default 0.7. */
  readonly dropoutAux?: number;
}

/** What all heads of a `GoogLeNet` say, (N, numClasses) each; null for a head that is not there. */
export interface GoogLeNetOutputs {
  readonly logits: Tensor;
  /** After `inception4d`. */
  readonly auxLogits2: Tensor | null;
  /** After `inception4a`. */
  readonly auxLogits1: Tensor | null;
}

/**
 * Nine Inception blocks, and two auxiliary heads that help to train them.
 *
 * | tensor | shape            |
 * | ------ | ---------------- |
 * | input  | (N, 3, H, W)     |
 * | output | (N, numClasses)  |
 *
 * `forward` gives the logits and leaves the heads out; `withAux` gives what the heads say too, for a loss such as main + 0.3
 * (aux1 + aux2). A trained model drops its heads with `model.aux1 = model.aux2 = null`, which changes nothing in what `forward`
 * gives: 13,004,888 parameters become 6,624,904. Weights start from N(0, 0.01²), cut off at ±2. Same as torchvision's
 * `GoogLeNet` without `transform_input`, whose `forward` gives all logits while training.
 *
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { GoogLeNet } from '@kasane/layers-cnn/models';
 * import { randn, optionsOf } from '@kasane/tensor-core';
 * const model = new GoogLeNet({ numClasses: 10 });
 * const { logits, auxLogits1 } = model.withAux(randn([2, 3, 64, 64]));
 * [logits.shape, auxLogits1!.shape]; // => [[2,10],[2,10]]
 *
 * @see Szegedy et al. (2015), Going deeper with convolutions.
 * @category Models
 */
export class GoogLeNet extends Module {
  readonly conv1: BasicConv2d;
  readonly maxpool1: MaxPool2d;
  readonly conv2: BasicConv2d;
  readonly conv3: BasicConv2d;
  readonly maxpool2: MaxPool2d;
  readonly inception3a: BatchNormInception;
  readonly inception3b: BatchNormInception;
  readonly maxpool3: MaxPool2d;
  readonly inception4a: BatchNormInception;
  readonly inception4b: BatchNormInception;
  readonly inception4c: BatchNormInception;
  readonly inception4d: BatchNormInception;
  readonly inception4e: BatchNormInception;
  readonly maxpool4: MaxPool2d;
  readonly inception5a: BatchNormInception;
  readonly inception5b: BatchNormInception;
  /** The head after `inception4a`; null to do without. */
  aux1: InceptionAux | null;
  /** The head after `inception4d`; null to do without. */
  aux2: InceptionAux | null;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly dropout: Dropout;
  readonly fc: Linear;

  constructor(options: GoogLeNetOptions = {}) {
    super();
    const own = ['numClasses', 'auxLogits', 'dropout', 'dropoutAux'] as const;
    const given = optionsOf('GoogLeNet', options, [...own, ...layerNames]);
    const { numClasses = 1000, auxLogits = true, dropout = 0.2, dropoutAux = 0.7 } = given;
    const how = layerOptions(given);
    const half = { stride: 2, ceilMode: true };
    // Channels in torchvision's order: 1 × 1, 3 × 3 and 5 × 5 each after its reduction, pooled.
    const block = (inChannels: number, channels: readonly number[]): BatchNormInception => {
      const [ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, poolProj] = channels;
      return new BatchNormInception(
        inChannels,
        {
          ch1x1: ch1x1!,
          ch3x3red: ch3x3red!,
          ch3x3: ch3x3!,
          ch5x5red: ch5x5red!,
          ch5x5: ch5x5!,
          poolProj: poolProj!,
        },
        how,
      );
    };
    this.conv1 = new BasicConv2d(3, 64, 7, { ...how, stride: 2, padding: 3 });
    this.maxpool1 = new MaxPool2d(3, half);
    this.conv2 = new BasicConv2d(64, 64, 1, how);
    this.conv3 = new BasicConv2d(64, 192, 3, { ...how, padding: 1 });
    this.maxpool2 = new MaxPool2d(3, half);
    this.inception3a = block(192, [64, 96, 128, 16, 32, 32]);
    this.inception3b = block(256, [128, 128, 192, 32, 96, 64]);
    this.maxpool3 = new MaxPool2d(3, half);
    this.inception4a = block(480, [192, 96, 208, 16, 48, 64]);
    this.inception4b = block(512, [160, 112, 224, 24, 64, 64]);
    this.inception4c = block(512, [128, 128, 256, 24, 64, 64]);
    this.inception4d = block(512, [112, 144, 288, 32, 64, 64]);
    this.inception4e = block(528, [256, 160, 320, 32, 128, 128]);
    this.maxpool4 = new MaxPool2d(2, half);
    this.inception5a = block(832, [256, 160, 320, 32, 128, 128]);
    this.inception5b = block(832, [384, 192, 384, 48, 128, 128]);
    const head = (inChannels: number): InceptionAux | null =>
      auxLogits ? new InceptionAux(inChannels, numClasses, { ...how, dropout: dropoutAux }) : null;
    this.aux1 = head(512);
    this.aux2 = head(528);
    this.avgpool = new AdaptiveAvgPool2d(1);
    this.dropout = new Dropout(dropout, initOptions(given));
    this.fc = new Linear(1024, numClasses, how);
    const draw = (weight: Tensor): unknown =>
      init.truncatedNormal(weight, 0, 0.01, { ...initOptions(given), low: -2, high: 2 });
    initialize(this, { convolution: draw, linear: draw, zeroBias: false });
  }

  forward(input: Tensor): Tensor {
    return this.#end(this.#toAux2(this.#toAux1(input)));
  }

  /** The logits of all heads. */
  withAux(input: Tensor): GoogLeNetOutputs {
    const first = this.#toAux1(input);
    const auxLogits1 = this.aux1?.forward(first) ?? null;
    const second = this.#toAux2(first);
    const auxLogits2 = this.aux2?.forward(second) ?? null;
    return { logits: this.#end(second), auxLogits2, auxLogits1 };
  }

  /** (N, 3, H, W) → (N, 512, H/16, W/16) */
  #toAux1(input: Tensor): Tensor {
    const { conv1, maxpool1, conv2, conv3, maxpool2 } = this;
    const { inception3a, inception3b, maxpool3, inception4a } = this;
    const early = [conv1, maxpool1, conv2, conv3, maxpool2];
    return through([...early, inception3a, inception3b, maxpool3, inception4a], input);
  }

  /** → (N, 528, H/16, W/16) */
  #toAux2(input: Tensor): Tensor {
    return through([this.inception4b, this.inception4c, this.inception4d], input);
  }

  /** → (N, numClasses) */
  #end(input: Tensor): Tensor {
    const { inception4e, maxpool4, inception5a, inception5b, avgpool } = this;
    const x = through([inception4e, maxpool4, inception5a, inception5b, avgpool], input);
    return this.fc.forward(this.dropout.forward(x.flatten(1)));
  }
}

function through(layers: readonly { forward(x: Tensor): Tensor }[], input: Tensor): Tensor {
  return layers.reduce((x, layer) => layer.forward(x), input);
}
