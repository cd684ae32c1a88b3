import { AdaptiveAvgPool2d, BatchNorm2d, Conv2d } from '@kasane/layers-cnn';
import { Flatten, Linear, Module, ModuleList, ReLU, Sequential } from '@kasane/nn';
import type { Layer } from '@kasane/nn';
import type { Generator, Tensor } from '@kasane/tensor-core';

export const CLASSES = 10;
const CHANNELS = [8, 16, 16]; // of the stages

/** Three stages of convolutions, each with a head that branches off after it; the last head is the main one. */
export class Deep extends Module {
  readonly stages: ModuleList<Sequential> = new ModuleList();
  readonly heads: ModuleList<Sequential> = new ModuleList();

  /** `depth` convolutions in each stage. */
  constructor(depth: number, batchNorm: boolean, generator: Generator) {
    super();
    CHANNELS.forEach((channels, i) => {
      const layers: Layer[] = [];
      for (let j = 0; j < depth; j++) {
        const first = j === 0;
        const inChannels = first ? (CHANNELS[i - 1] ?? 3) : channels;
        // The first convolution of a stage halves the image.
        const stride = first ? 2 : 1;
        layers.push(new Conv2d(inChannels, channels, 3, { stride, padding: 1, generator }));
        if (batchNorm) layers.push(new BatchNorm2d(channels));
        layers.push(new ReLU());
      }
      this.stages.append(new Sequential(...layers));
      this.heads.append(
        new Sequential(
          new AdaptiveAvgPool2d(4),
          new Flatten(),
          new Linear(channels * 16, CLASSES, { generator }),
        ),
      );
    });
  }

  /** The logits of the main head alone. */
  forward(x: Tensor): Tensor {
    return this.heads.at(-1)!.forward([...this.stages].reduce((y, stage) => stage.forward(y), x));
  }

  /** The logits of all heads, the main one last. */
  all(x: Tensor): Tensor[] {
    let y = x;
    return [...this.stages].map((stage, i) => {
      y = stage.forward(y);
      return this.heads.at(i)!.forward(y);
    });
  }

  /** The weights of the convolutions, from the first to the last. */
  convolutions(): Tensor[] {
    return this.modules()
      .filter((layer) => layer instanceof Conv2d)
      .map(({ weight }) => weight);
  }
}

/** What runs in a step with auxiliary heads, for `summary`. */
export class AllHeads extends Module {
  readonly net: Deep;

  constructor(net: Deep) {
    super();
    this.net = net;
  }

  forward(x: Tensor): Tensor[] {
    return this.net.all(x);
  }
}

/** The network in use: nothing branches off. */
export const mainAlone = (net: Deep): Sequential =>
  new Sequential(...net.stages, net.heads.at(-1)!);
