import { Conv2d } from '@kasane/layers-cnn';
import { Residual } from '@kasane/layers-cnn/models';
import { Linear, Module, ReLU, Sequential } from '@kasane/nn';
import type { Generator, Tensor } from '@kasane/tensor-core';

export const CHANNELS = 8;
const CLASSES = 10;

/** Two 3 × 3 convolutions with ReLU between them: F. */
export const twoConvolutions = (generator: Generator): Sequential =>
  new Sequential(
    new Conv2d(CHANNELS, CHANNELS, 3, { padding: 1, generator }),
    new ReLU(),
    new Conv2d(CHANNELS, CHANNELS, 3, { padding: 1, generator }),
  );

/** A convolution, blocks of two convolutions, and a linear layer: `depth` layers with weights. */
export class Deep extends Module {
  readonly stem: Conv2d;
  readonly blocks: Sequential;
  readonly head: Linear;

  constructor(depth: number, shortcuts: boolean, generator: Generator) {
    super();
    this.stem = new Conv2d(3, CHANNELS, 4, { stride: 4, generator }); // 32 × 32 → 8 × 8
    const bodies = Array.from({ length: (depth - 2) >> 1 }, () => twoConvolutions(generator));
    this.blocks = new Sequential(...bodies.map((body) => (shortcuts ? new Residual(body) : body)));
    this.head = new Linear(CHANNELS * 64, CLASSES, { generator });
  }

  forward(images: Tensor): Tensor {
    const x = this.blocks.forward(this.stem.forward(images)); // (N, CHANNELS, 8, 8)
    return this.head.forward(x.flatten(1));
  }

  /** The weights of the convolutions, from the first to the last. */
  convolutions(): Tensor[] {
    return this.modules()
      .filter((layer) => layer instanceof Conv2d)
      .map(({ weight }) => weight);
  }
}
