import { layerNames, Module, type LayerOptions } from '@kasane/nn';
import {
  formatShape,
  noGrad,
  optionsOf,
  randn,
  requireTensor,
  requireWhole,
  scope,
  ShapeError,
  shown,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import type { Mapped } from './coupling.ts';

/** Options of `NICE` and `RealNVP`. */
export interface FlowOptions extends LayerOptions {
  /** How many couplings there are. Default 8 for RealNVP, 4 for NICE. */
  readonly couplings?: number;
  /** The widths of the hidden layers of each coupling's network. Default [64, 64]. */
  readonly hiddenSizes?: readonly number[];
}

/** Options of a flow's `sample`. */
export interface FlowSampleOptions {
  /** Where the noise is drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * What invertible models share: a map from data to standard normal noise whose stretching of space is known, and so the exact density.
 *
 * $$ \log p(x) = \log \mathcal N(f(x); 0, I) + \log\left|\det \frac{\partial f}{\partial x}\right| $$
 *
 * @throws {@link ShapeError} if points are not (N, D).
 * @throws RangeError if `sample` is asked for a number of points that is not a whole one.
 *
 * @example
 * import { Flow, NICE, RealNVP } from '@kasane/generative';
 * [NICE, RealNVP].every((Class) => new Class(2) instanceof Flow); // => true
 *
 * @category Flows
 */
export abstract class Flow extends Module {
  /** The number of features of a point. */
  abstract readonly features: number;

  /** From data (N, D) to noise (N, D), with log |det| (N). */
  protected abstract toNoise(x: Tensor): Mapped;
  /** From noise (N, D) to data (N, D): the inverse. */
  protected abstract toData(z: Tensor): Tensor;
  /** A tensor of the dtype and on the backend of the flow. */
  protected abstract get like(): Tensor;

  /** From data (N, D) to noise, with log |det| (N). Throws ShapeError for another shape. */
  forward(x: Tensor): Mapped {
    this.#requirePoints(x);
    return this.toNoise(x);
  }

  /** From noise (N, D) to data (N, D). Throws ShapeError for another shape. */
  inverse(z: Tensor): Tensor {
    this.#requirePoints(z);
    return this.toData(z);
  }

  /** The log density of points (N, D), in nats: (N). The negative mean is the loss to train with. */
  logProb(x: Tensor): Tensor {
    const { values, logDet } = this.forward(x);
    const constant = (this.features / 2) * Math.log(2 * Math.PI);
    return values.square().sum(-1).mul(-0.5).sub(constant).add(logDet);
  }

  /** Draws n points, (n, D), without gradients. */
  sample(n: number, options?: FlowSampleOptions): Tensor {
    const owner = `${this.constructor.name}.sample`;
    const given = optionsOf(owner, options, ['generator']);
    requireWhole(owner, 'n', n);
    const { dtype, backend } = this.like;
    return noGrad(() =>
      scope(() => this.toData(randn([n, this.features], { dtype, backend, ...given }))),
    );
  }

  #requirePoints(points: Tensor): void {
    const owner = this.constructor.name;
    requireTensor(owner, 'the points', points);
    if (points.ndim === 2 && points.shape[1] === this.features) return;
    throw new ShapeError(
      `${owner}: points must be (N, ${this.features}), got ${formatShape(points.shape)}.`,
    );
  }
}

/** The options of a flow, checked. @internal */
export function flowOptions(
  owner: string,
  features: number,
  options: FlowOptions | undefined,
): FlowOptions & { readonly hiddenSizes: readonly number[] } {
  const given = optionsOf(owner, options, ['couplings', 'hiddenSizes', ...layerNames]);
  const { hiddenSizes = [64, 64] } = given;
  // A coupling moves some features by the others.
  requireWhole(owner, 'features', features, 2);
  if (!Array.isArray(hiddenSizes)) {
    throw new TypeError(
      `${owner}: hiddenSizes must be a list of numbers, got ${shown(hiddenSizes)}.`,
    );
  }
  for (const size of hiddenSizes) requireWhole(owner, 'hiddenSizes', size, 1);
  if (given.couplings !== undefined) requireWhole(owner, 'couplings', given.couplings, 1);
  return { ...given, hiddenSizes };
}
