import {
  formatShape,
  optionsOf,
  rand,
  requireFunction,
  requireTensor,
  requireThat,
  requireWhole,
  ShapeError,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';

/** A network of noisy data (N, …), times, and the classes (N) that the data is of. */
export type ClassNetwork = (x: Tensor, time: Tensor, labels: Tensor) => Tensor;

/** Options of `guided`. */
export interface GuidanceOptions {
  /** The label that says that no class is told: `numClasses` of a `PointNetwork`. */
  readonly noClass: number;
  /** How much the class counts: 1 as it was learned, more for samples that are surer of their class and less varied. Default 1. */
  readonly scale?: number;
}

/**
 * A network that makes samples of these classes (N), by classifier-free guidance: what it says without a class, moved towards what it
 * says with it, and beyond.
 *
 * $$ f(x, t) + \text{scale}\,(f(x, t, c) - f(x, t)) $$
 *
 * The paper's weight w is scale - 1. It goes where a network without classes goes: to `GaussianDiffusion`, `EDM` or `integrateFlow`. The
 * network must have learned without classes too: see `dropLabels`.
 *
 * @throws RangeError if `noClass` is not a whole number of at least 0, or `scale` is not finite.
 *
 * @example
 * import { guided } from '@kasane/generative';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * const network = (x: Tensor, time: Tensor, labels: Tensor) => labels.unsqueeze(1).add(x.mul(0));
 * const denoiser = guided(network, tensor([5], { dtype: 'int32' }), { noClass: 3, scale: 2 });
 * denoiser(tensor([[0]]), tensor([0])).item(); // => 7
 *
 * @see Ho and Salimans (2022), Classifier-Free Diffusion Guidance.
 * @category Diffusion
 */
export function guided(
  network: ClassNetwork,
  labels: Tensor,
  options: GuidanceOptions,
): (x: Tensor, time: Tensor) => Tensor {
  const { noClass, scale = 1 } = optionsOf('guided', options, ['noClass', 'scale']);
  requireFunction('guided', network);
  requireTensor('guided', 'labels', labels);
  requireWhole('guided', 'noClass', noClass);
  requireThat(Number.isFinite(scale), 'guided', 'scale', scale, 'finite');
  return (x, time) => {
    const told = network(x, time, labels);
    if (scale === 1) return told;
    const untold = network(x, time, labels.newFull(labels.shape, noClass));
    return untold.add(told.sub(untold).mul(scale));
  };
}

/** Options of `dropLabels`. */
export interface DropLabelsOptions {
  /** How likely a label is left out. Default 0.1. */
  readonly p?: number;
  /** Where it is drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * Labels (N) of which some are left out, for a network that learns with classes and without: they become `noClass`.
 *
 * $$ l'_i = b_i \cdot \text{noClass} + (1 - b_i)\, l_i, \quad b_i \sim \operatorname{Bernoulli}(p) $$
 *
 * @throws {@link ShapeError} if labels are not (N).
 * @throws RangeError if p is not from 0 to 1, or `noClass` is not a whole number of at least 0.
 *
 * @example
 * import { dropLabels } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * dropLabels(tensor([0, 1, 2], { dtype: 'int32' }), 3, { p: 1 }).toArray(); // => [3,3,3]
 * @category Diffusion
 */
export function dropLabels(labels: Tensor, noClass: number, options?: DropLabelsOptions): Tensor {
  const { p = 0.1, generator } = optionsOf('dropLabels', options, ['p', 'generator']);
  requireTensor('dropLabels', 'labels', labels);
  requireWhole('dropLabels', 'noClass', noClass);
  requireThat(p >= 0 && p <= 1, 'dropLabels', 'p', p, 'from 0 to 1');
  if (labels.ndim !== 1) {
    throw new ShapeError(`dropLabels: labels must be (N), got ${formatShape(labels.shape)}.`);
  }
  const { backend } = labels;
  const drawn = rand(labels.shape, { backend, ...(generator && { generator }) });
  return drawn.less(p).where(labels.newFull(labels.shape, noClass), labels);
}
