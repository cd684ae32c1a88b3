import {
  Buffer,
  layerNames,
  layerOptions,
  Module,
  type Layer,
  type LayerOptions,
  type Sequential,
} from '@kasane/nn';
import {
  concat,
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
import { mlp } from '../autoencoders/mlp.ts';

/** Options of `PointNetwork`. */
export interface PointNetworkOptions extends LayerOptions {
  /** The widths of the hidden layers. Default [128, 128, 128]. */
  readonly hiddenSizes?: readonly number[];
  /** Makes what stands between two layers. Default: a ReLU. */
  readonly activation?: () => Layer;
  /** The largest time there is: the steps of a `GaussianDiffusion`, 1 for flow matching and EDM. Default 1. */
  readonly maxTime?: number;
  /** How many sines and as many cosines of the time the first layer sees, each of twice the frequency of the one before. Default 3. */
  readonly frequencies?: number;
  /** How many classes points may be of. Default 0: none. */
  readonly numClasses?: number;
}

const names = ['hiddenSizes', 'activation', 'maxTime', 'frequencies', 'numClasses'] as const;

/**
 * A network of points and times, which diffusion and flow matching train: fully connected layers that see sines and cosines of the time
 * beside the point.
 *
 * | tensor | shape                                                     |
 * | ------ | --------------------------------------------------------- |
 * | x      | (N, D)                                                    |
 * | time   | (N) or (N, 1), of any dtype                               |
 * | labels | (N), whole numbers; numClasses says that no class is told |
 * | output | (N, D)                                                    |
 *
 * Labels that are left out are all numClasses. Throws ShapeError if the shapes do not fit.
 *
 * @example
 * import { PointNetwork } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * new PointNetwork(2).forward(zeros([5, 2]), zeros([5])).shape; // => [5,2]
 * @category Diffusion
 */
export class PointNetwork extends Module {
  readonly layers: Sequential;
  readonly numClasses: number;
  /** (1, frequencies): what the time is multiplied by. */
  readonly angles: Buffer;
  readonly #features: number;

  constructor(features: number, options?: PointNetworkOptions) {
    super();
    const owner = 'PointNetwork';
    const given = optionsOf(owner, options, [...names, ...layerNames]);
    const { hiddenSizes = [128, 128, 128], activation, maxTime = 1 } = given;
    const { frequencies = 3, numClasses = 0, dtype = 'float32', backend } = given;
    requireWhole(owner, 'features', features, 1);
    requireWhole(owner, 'frequencies', frequencies, 1, 30);
    requireWhole(owner, 'numClasses', numClasses);
    requireThat(maxTime > 0 && maxTime < Infinity, owner, 'maxTime', maxTime, 'above 0');
    if (!Array.isArray(hiddenSizes)) {
      throw new TypeError(
        `${owner}: hiddenSizes must be a list of numbers, got ${shown(hiddenSizes)}.`,
      );
    }
    this.numClasses = numClasses;
    this.#features = features;
    // A quarter of a turn from 0 to the largest time tells all times apart, those of EDM below 0 too.
    const angles = Array.from(
      { length: frequencies },
      (_, i) => (Math.PI * 2 ** i) / (2 * maxTime),
    );
    this.angles = new Buffer(tensor([angles], { dtype, ...(backend && { backend }) }));
    const inputs = features + 2 * frequencies + (numClasses > 0 ? numClasses + 1 : 0);
    const layers = layerOptions(given);
    this.layers = mlp([inputs, ...hiddenSizes, features], {
      ...layers,
      ...(activation && { activation }),
    });
  }

  forward(x: Tensor, time: Tensor, labels?: Tensor): Tensor {
    const owner = 'PointNetwork';
    const D = this.#features;
    requireTensor(owner, 'the points', x);
    requireTensor(owner, 'the time', time);
    const N = x.shape[0]!;
    if (x.ndim !== 2 || x.shape[1] !== D || time.size !== N || time.shape[0] !== N) {
      throw new ShapeError(
        `${owner}: needs points (N, ${D}) and times (N), got ${formatShape(x.shape)} and ${formatShape(time.shape)}.`,
      );
    }
    const turned = time.reshape([N, 1]).cast(x.dtype).mul(this.angles);
    const seen = [x, turned.sin(), turned.cos()];
    if (labels !== undefined && this.numClasses === 0) {
      throw new RangeError(`${owner}: takes no labels, for numClasses is 0.`);
    }
    if (this.numClasses > 0) seen.push(this.#classes(x, labels));
    return this.layers.forward(concat(seen, 1));
  }

  /** One-hot rows of the classes and of "no class": (N, numClasses + 1). */
  #classes(x: Tensor, labels = x.newFull([x.shape[0]!], this.numClasses, 'int32')): Tensor {
    requireTensor('PointNetwork', 'labels', labels);
    if (labels.ndim !== 1 || labels.shape[0] !== x.shape[0]) {
      throw new ShapeError(
        `PointNetwork: labels must be (${x.shape[0]}), got ${formatShape(labels.shape)}.`,
      );
    }
    return labels.oneHot(this.numClasses + 1).cast(x.dtype);
  }
}
