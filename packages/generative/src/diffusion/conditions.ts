import { Buffer, Module, type LayerOptions } from '@kasane/nn';
import {
  concat,
  formatShape,
  requireTensor,
  requireThat,
  requireWhole,
  ShapeError,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';

/** What a network of noisy data sees beside it. */
export interface ConditionsOptions {
  /** The largest time there is: the steps of a `GaussianDiffusion`, 1 for flow matching and EDM. Default 1. */
  readonly maxTime?: number;
  /** How many sines and as many cosines of the time it sees, each of twice the frequency of the one before. Default 3. */
  readonly frequencies?: number;
  /** How many classes data may be of. Default 0: none. */
  readonly numClasses?: number;
}

export const conditionNames = ['maxTime', 'frequencies', 'numClasses'] as const;

/**
 * Sines and cosines of times, and one-hot rows of classes and of "no class": (N, size).
 * @internal
 */
export class Conditions extends Module {
  /** (1, frequencies): what the time is multiplied by. */
  readonly angles: Buffer;
  readonly numClasses: number;
  /** How many numbers there are for each. */
  readonly size: number;
  readonly #owner: string;

  constructor(owner: string, options: ConditionsOptions & LayerOptions) {
    super();
    const { maxTime = 1, frequencies = 3, numClasses = 0, dtype = 'float32', backend } = options;
    requireWhole(owner, 'frequencies', frequencies, 1, 30);
    requireWhole(owner, 'numClasses', numClasses);
    requireThat(maxTime > 0 && maxTime < Infinity, owner, 'maxTime', maxTime, 'above 0');
    // A quarter of a turn from 0 to the largest time tells all times apart, those of EDM below 0 too.
    const angles = Array.from({ length: frequencies }, (_, i) => (Math.PI * 2 ** i) / (2 * maxTime));
    this.angles = new Buffer(tensor([angles], { dtype, ...(backend && { backend }) }));
    this.numClasses = numClasses;
    this.size = 2 * frequencies + (numClasses > 0 ? numClasses + 1 : 0);
    this.#owner = owner;
  } // prettier-ignore

  /** For data x (N, …), times (N) or (N, 1), and labels (N), which may be left out. */
  forward(x: Tensor, time: Tensor, labels?: Tensor): Tensor {
    const owner = this.#owner;
    const N = x.shape[0]!;
    requireTensor(owner, 'the time', time);
    if (time.size !== N || time.shape[0] !== N) {
      throw new ShapeError(
        `${owner}: times must be (${N}), one for each of the batch, got ${formatShape(time.shape)}.`,
      );
    }
    if (labels !== undefined && this.numClasses === 0) {
      throw new RangeError(`${owner}: takes no labels, for numClasses is 0.`);
    }
    const turned = time.reshape([N, 1]).cast(x.dtype).mul(this.angles);
    const seen = [turned.sin(), turned.cos()];
    if (this.numClasses > 0) seen.push(this.#classes(x, labels));
    return concat(seen, 1);
  }

  #classes(x: Tensor, labels = x.newFull([x.shape[0]!], this.numClasses, 'int32')): Tensor {
    requireTensor(this.#owner, 'labels', labels);
    if (labels.ndim !== 1 || labels.shape[0] !== x.shape[0]) {
      throw new ShapeError(
        `${this.#owner}: labels must be (${x.shape[0]}), got ${formatShape(labels.shape)}.`,
      );
    }
    return labels.oneHot(this.numClasses + 1).cast(x.dtype);
  }
}
