import {
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
  requireWhole,
  ShapeError,
  shown,
  type Tensor,
} from '@kasane/tensor-core';
import { mlp } from '../autoencoders/mlp.ts';
import { conditionNames, Conditions, type ConditionsOptions } from './conditions.ts';

/** Options of `PointNetwork`. */
export interface PointNetworkOptions extends LayerOptions, ConditionsOptions {
  /** The widths of the hidden layers. Default [128, 128, 128]. */
  readonly hiddenSizes?: readonly number[];
  /** Makes what stands between two layers. Default: a ReLU. */
  readonly activation?: () => Layer;
}

/**
 * A network of points and times, which diffusion and flow matching train: fully connected layers that see sines and cosines of the time
 * beside the point.
 *
 * $$ y = \operatorname{mlp}\bigl([x, \sin \omega t, \cos \omega t, \operatorname{onehot}(\text{label})]\bigr), \quad \omega_i = \frac{2^i \pi}{2\, \text{maxTime}}, \; i = 0, \dots, \text{frequencies} - 1 $$
 *
 * | tensor | shape                                                     |
 * | ------ | --------------------------------------------------------- |
 * | x      | (N, D)                                                    |
 * | time   | (N) or (N, 1), of any dtype                               |
 * | labels | (N), whole numbers; numClasses says that no class is told |
 * | output | (N, D)                                                    |
 *
 * Labels that are left out are all numClasses.
 *
 * @throws {@link ShapeError} if points are not (N, D), times not one for each, or labels not (N) from 0 to numClasses.
 * @throws RangeError if labels are given where `numClasses` is 0, a size is not a whole number of at least 1, `frequencies` not one from 1
 * to 30, or `maxTime` is not above 0.
 *
 * @example
 * import { PointNetwork } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * new PointNetwork(2).forward(zeros([5, 2]), zeros([5])).shape; // => [5,2]
 * @category Diffusion
 */
export class PointNetwork extends Module {
  readonly layers: Sequential;
  /** What it sees beside points. @internal */
  readonly conditions: Conditions;
  readonly #features: number;

  constructor(features: number, options?: PointNetworkOptions) {
    super();
    const owner = 'PointNetwork';
    const names = ['hiddenSizes', 'activation', ...conditionNames, ...layerNames] as const;
    const given = optionsOf(owner, options, names);
    const { hiddenSizes = [128, 128, 128], activation } = given;
    requireWhole(owner, 'features', features, 1);
    if (!Array.isArray(hiddenSizes)) {
      throw new TypeError(
        `${owner}: hiddenSizes must be a list of numbers, got ${shown(hiddenSizes)}.`,
      );
    }
    this.#features = features;
    this.conditions = new Conditions(owner, given);
    this.layers = mlp([features + this.conditions.size, ...hiddenSizes, features], {
      ...layerOptions(given),
      ...(activation && { activation }),
    });
  }

  /** The label that says that no class is told. */
  get numClasses(): number {
    return this.conditions.numClasses;
  }

  forward(x: Tensor, time: Tensor, labels?: Tensor): Tensor {
    requireTensor('PointNetwork', 'the points', x);
    if (x.ndim !== 2 || x.shape[1] !== this.#features) {
      throw new ShapeError(
        `PointNetwork: needs points (N, ${this.#features}), got ${formatShape(x.shape)}.`,
      );
    }
    return this.layers.forward(concat([x, this.conditions.forward(x, time, labels)], 1));
  }
}
