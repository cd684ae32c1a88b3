import { Conv2d, PixelShuffle, upsample } from '@kasane/layers-cnn';
import {
  GroupNorm,
  layerNames,
  layerOptions,
  Linear,
  Module,
  ModuleList,
  SiLU,
  type LayerOptions,
  type Sequential,
} from '@kasane/nn';
import {
  concat,
  formatShape,
  optionsOf,
  requireTensor,
  requireWhole,
  ShapeError,
  shown,
  type Tensor,
} from '@kasane/tensor-core';
import { mlp } from '../autoencoders/mlp.ts';
import { conditionNames, Conditions, type ConditionsOptions } from './conditions.ts';

/** Options of `UNet`. */
export interface UNetOptions extends LayerOptions, ConditionsOptions {
  /** Channels at each size, from the whole picture on; each size is half of the one before. Default [32, 64, 64]. */
  readonly hiddenChannels?: readonly number[];
  /** Groups of the normalisation, which must divide all of these. Default 8. */
  readonly groups?: number;
  /** The side of the squares of pixels that are one place inside: with 2 a picture of 28 by 28 is one of 14 by 14, for a quarter of the work. Default 1. */
  readonly patchSize?: number;
}

/** The sizes of a block. */
interface BlockSizes {
  readonly inputs: number;
  readonly outputs: number;
  readonly groups: number;
  /** Of the condition. */
  readonly conditionSize: number;
}

/** Two convolutions, of which the second sees the condition, beside what came in. */
class Block extends Module {
  readonly norm1: GroupNorm;
  readonly conv1: Conv2d;
  readonly condition: Linear;
  readonly norm2: GroupNorm;
  readonly conv2: Conv2d;
  readonly skip: Conv2d | null;

  constructor({ inputs, outputs, groups, conditionSize }: BlockSizes, how: LayerOptions) {
    super();
    const place = { ...(how.dtype && { dtype: how.dtype }), ...(how.backend && { backend: how.backend }) };
    this.norm1 = new GroupNorm(groups, inputs, place);
    this.conv1 = new Conv2d(inputs, outputs, 3, { ...how, padding: 1 });
    this.condition = new Linear(conditionSize, outputs, how);
    this.norm2 = new GroupNorm(groups, outputs, place);
    this.conv2 = new Conv2d(outputs, outputs, 3, { ...how, padding: 1 });
    this.skip = inputs === outputs ? null : new Conv2d(inputs, outputs, 1, how);
  } // prettier-ignore

  forward(x: Tensor, condition: Tensor): Tensor {
    const first = this.conv1.forward(this.norm1.forward(x).silu());
    const told = this.condition.forward(condition).unsqueeze(-1).unsqueeze(-1); // (N, outputs, 1, 1)
    const second = this.conv2.forward(this.norm2.forward(first.add(told)).silu());
    return second.add(this.skip === null ? x : this.skip.forward(x));
  }
}

/**
 * A small U-Net, for diffusion of pictures: it looks at them in smaller and smaller sizes, and goes back with what it saw at each size
 * beside it. It has no attention.
 *
 * $$ H_i = \frac{H}{2^i\, \text{patchSize}}, \quad h \leftarrow h + \operatorname{block}\bigl(h, \operatorname{mlp}[\sin \omega t, \cos \omega t, \operatorname{onehot}(\text{label})]\bigr) $$
 *
 * | tensor | shape                                                     |
 * | ------ | --------------------------------------------------------- |
 * | x      | (N, C, H, W)                                              |
 * | time   | (N) or (N, 1), of any dtype                               |
 * | labels | (N), whole numbers; numClasses says that no class is told |
 * | output | (N, C, H, W)                                              |
 *
 * H and W must be divisible by 2 as often as there are smaller sizes, 28 by 4 for three sizes, and by `patchSize` besides. The last
 * convolution starts from 0. Labels that are left out are all numClasses. The frequencies ω are those of `PointNetwork`, six by default;
 * what a block is added to passes a convolution of 1 × 1 where channels change.
 *
 * @throws {@link ShapeError} if pictures are not (N, C, H, W) that can be halved so often, times not one for each, labels not (N), or `groups`
 * does not divide the channels.
 * @throws RangeError if labels are given where `numClasses` is 0, or a size or count is not a whole number of at least 1.
 *
 * @example
 * import { UNet } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * const network = new UNet(1, { hiddenChannels: [8, 16] });
 * network.forward(zeros([2, 1, 8, 8]), zeros([2])).shape; // => [2,1,8,8]
 *
 * @see Ronneberger, Fischer, Brox (2015), U-Net; Ho, Jain, Abbeel (2020), Denoising Diffusion Probabilistic Models;
 * Hoogeboom, Heek, Salimans (2023), Simple Diffusion, for patches.
 * @category Diffusion
 */
export class UNet extends Module {
  /** What it sees beside pictures. @internal */
  readonly conditions: Conditions;
  /** From sines, cosines and classes to what each block sees. */
  readonly told: Sequential;
  readonly first: Conv2d;
  /** One for each size, from the whole picture on. @internal */
  readonly down: ModuleList<Block>;
  readonly smaller: ModuleList<Conv2d>;
  /** Of the smallest size. @internal */
  readonly middle: Block;
  /** One for each size, to the whole picture. @internal */
  readonly up: ModuleList<Block>;
  readonly norm: GroupNorm;
  readonly last: Conv2d;
  readonly #shuffle: PixelShuffle;
  readonly #channels: number;

  constructor(channels: number, options?: UNetOptions) {
    super();
    const owner = 'UNet';
    const names = ['hiddenChannels', 'groups', 'patchSize', ...conditionNames, ...layerNames] as const;
    const given = optionsOf(owner, options, names);
    const { hiddenChannels = [32, 64, 64], groups = 8, patchSize = 1 } = given;
    requireWhole(owner, 'channels', channels, 1);
    if (!Array.isArray(hiddenChannels) || hiddenChannels.length === 0) {
      throw new TypeError(
        `${owner}: hiddenChannels must be a list of numbers such as [32, 64], got ${shown(hiddenChannels)}.`,
      );
    }
    for (const size of hiddenChannels) requireWhole(owner, 'hiddenChannels', size, 1);
    requireWhole(owner, 'patchSize', patchSize, 1);
    this.#channels = channels;
    this.#shuffle = new PixelShuffle(patchSize);
    const how = layerOptions(given);
    this.conditions = new Conditions(owner, { frequencies: 6, ...given });
    const widths = hiddenChannels as readonly number[]; // isArray forgets of what
    const [whole, deepest] = [widths[0]!, widths.at(-1)!];
    const conditionSize = 4 * whole;
    const activation = (): SiLU => new SiLU();
    this.told = mlp([this.conditions.size, conditionSize, conditionSize], { ...how, activation });
    const block = (inputs: number, outputs: number): Block =>
      new Block({ inputs, outputs, groups, conditionSize }, how);
    this.first = new Conv2d(channels, whole, patchSize + 2, { ...how, stride: patchSize, padding: 1 });
    this.down = new ModuleList(widths.map((width, i) => block(widths[Math.max(0, i - 1)]!, width)));
    this.smaller = new ModuleList(
      widths.slice(1).map((_, i) => new Conv2d(widths[i]!, widths[i]!, 3, { ...how, stride: 2, padding: 1 })),
    );
    this.middle = block(deepest, deepest);
    this.up = new ModuleList(
      widths.map((width, i) => block((widths[i + 1] ?? deepest) + width, width)).reverse(),
    );
    this.norm = new GroupNorm(groups, whole, { ...(how.dtype && { dtype: how.dtype }), ...(how.backend && { backend: how.backend }) });
    this.last = new Conv2d(whole, channels * patchSize ** 2, 3, { ...how, padding: 1 });
    for (const p of this.last.parameters()) p.assign(p.newFull(p.shape, 0));
  } // prettier-ignore

  /** The label that says that no class is told. */
  get numClasses(): number {
    return this.conditions.numClasses;
  }

  forward(x: Tensor, time: Tensor, labels?: Tensor): Tensor {
    requireTensor('UNet', 'the pictures', x);
    const part = this.#shuffle.upscaleFactor * 2 ** this.smaller.length;
    const [, channels, height, width] = x.shape;
    if (x.ndim !== 4 || channels !== this.#channels || height! % part > 0 || width! % part > 0) {
      throw new ShapeError(
        `UNet: pictures must be (N, ${this.#channels}, H, W) with H and W divisible by ${part}, got ${formatShape(x.shape)}.`,
      );
    }
    const told = this.told.forward(this.conditions.forward(x, time, labels)).silu();
    const seen: Tensor[] = [];
    let h = this.first.forward(x);
    for (const [i, block] of [...this.down].entries()) {
      if (i > 0) h = this.smaller.at(i - 1)!.forward(h);
      h = block.forward(h, told);
      seen.push(h);
    }
    h = this.middle.forward(h, told);
    for (const [i, block] of [...this.up].entries()) {
      if (i > 0) h = upsample(h, { scaleFactor: 2 });
      h = block.forward(concat([h, seen.pop()!], 1), told);
    }
    return this.#shuffle.forward(this.last.forward(this.norm.forward(h).silu()));
  }
}
