import {
  formatShape,
  optionsOf,
  rand,
  randn,
  requireFunction,
  requireTensor,
  requireWhole,
  sameShape,
  ShapeError,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { answer } from './given.ts';
import { inSteps, samplingNames, type SamplingOptions } from './sampling.ts';

/** The velocity of points (N, …) at times (N, 1), from 0, noise, to 1, data: (N, …). */
export type Velocity = (x: Tensor, time: Tensor) => Tensor;

/** Options of `flowMatchingLoss`. */
export interface FlowMatchingOptions {
  /** As the data, standard normal. Default: drawn. */
  readonly noise?: Tensor;
  /** (N, 1), from 0 to 1. Default: drawn, all equally likely. */
  readonly time?: Tensor;
  /** Where both are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * The loss of flow matching: the squared error of the velocity on straight ways from noise to data.
 *
 * $$ \operatorname{mean} \lVert v((1-t)\,\epsilon + t\,x, t) - (x - \epsilon) \rVert^2 $$
 *
 * | tensor | shape  |
 * | ------ | ------ |
 * | data   | (N, …) |
 * | output | ()     |
 *
 * A compiled step draws new noise and times in each call.
 *
 * @throws {@link ShapeError} if data are not (N, …) of two dimensions or more, noise not as the data, times not (N, 1), or the velocity has another
 * shape.
 *
 * @example
 * import { flowMatchingLoss } from '@kasane/generative';
 * import { ones, zeros } from '@kasane/tensor-core';
 * // From 0 to 1 in a time of 1, the velocity is 1.
 * flowMatchingLoss((x) => x.mul(0).add(1), ones([4, 2]), { noise: zeros([4, 2]) }).item(); // => 0
 *
 * @see Lipman et al. (2023), Flow Matching for Generative Modeling.
 * @category Diffusion
 */
export function flowMatchingLoss(
  velocity: Velocity,
  data: Tensor,
  options?: FlowMatchingOptions,
): Tensor {
  const owner = 'flowMatchingLoss';
  const { generator, ...given } = optionsOf(owner, options, ['noise', 'time', 'generator']);
  requireFunction(owner, velocity);
  requireTensor(owner, 'the data', data);
  if (data.ndim < 2) {
    throw new ShapeError(`${owner}: data must be (N, …), got ${formatShape(data.shape)}.`);
  }
  const { dtype, backend, shape } = data;
  const N = shape[0]!;
  const random = { dtype, backend, ...(generator && { generator }) };
  const { noise = randn(shape, random), time = rand([N, 1], random) } = given;
  requireTensor(owner, 'the noise', noise);
  requireTensor(owner, 'the time', time);
  if (!sameShape(shape, noise.shape) || !sameShape(time.shape, [N, 1])) {
    const shapes = [data, noise, time].map((part) => formatShape(part.shape)).join(', ');
    throw new ShapeError(
      `${owner}: needs data (N, …), noise (N, …) and times (N, 1), got ${shapes}.`,
    );
  }
  const way = data.sub(noise);
  const along = time.reshape([N, ...shape.slice(1).map(() => 1)]);
  const found = answer(owner, velocity(noise.add(way.mul(along)), time), data);
  return found.sub(way).square().mean();
}

/** Options of `integrateFlow`. */
export interface IntegrateFlowOptions extends SamplingOptions {
  /** How many steps of Heun's method are taken, each of which asks for the velocity twice. Default 50. */
  readonly steps?: number;
}

/**
 * Moves noise (N, …) along a velocity to data (N, …), without gradients, by Heun's method. Gives way to others every 16 ms.
 *
 * $$ x \leftarrow x + \tfrac h2 \bigl(v(x, t) + v(x + h\, v(x, t),\, t + h)\bigr), \quad h = 1 / \text{steps}, \; t = 0, h, \dots, 1 - h $$
 *
 * @throws {@link ShapeError} if noise is not (N, …) of two dimensions or more, or the velocity has another shape.
 * @throws RangeError if `steps` is not a whole number of at least 1.
 *
 * @example
 * import { integrateFlow } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * // dx/dt = x grows by e.
 * const grown = await integrateFlow((x) => x, tensor([[1]]));
 * grown.item().toFixed(3); // => 2.718
 *
 * @category Diffusion
 */
export async function integrateFlow(
  velocity: Velocity,
  noise: Tensor,
  options?: IntegrateFlowOptions,
): Promise<Tensor> {
  const owner = 'integrateFlow';
  const { steps = 50, ...rest } = optionsOf(owner, options, ['steps', ...samplingNames]);
  requireFunction(owner, velocity);
  requireTensor(owner, 'the noise', noise);
  requireWhole(owner, 'steps', steps, 1);
  if (noise.ndim < 2) {
    throw new ShapeError(`${owner}: noise must be (N, …), got ${formatShape(noise.shape)}.`);
  }
  const h = 1 / steps;
  const at = (time: number): Tensor => noise.newFull([noise.shape[0]!, 1], time);
  return inSteps(owner, noise, steps, rest, (x, i) => {
    const first = answer(owner, velocity(x, at(i * h)), x);
    const second = answer(owner, velocity(x.add(first.mul(h)), at((i + 1) * h)), x);
    return x.add(first.add(second).mul(h / 2));
  });
}
