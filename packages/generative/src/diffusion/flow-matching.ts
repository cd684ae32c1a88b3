import {
  formatShape,
  noGrad,
  optionsOf,
  requireFunction,
  requireTensor,
  requireTensors,
  requireWhole,
  sameShape,
  scope,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';

/** The velocity of points (N, D) at times (N, 1), from 0, noise, to 1, data: (N, D). */
export type Velocity = (x: Tensor, time: Tensor) => Tensor;

/**
 * The loss of flow matching: the squared error of the velocity on straight ways from noise to data.
 *
 * $$ \operatorname{mean} \lVert v((1-t)\,\epsilon + t\,x, t) - (x - \epsilon) \rVert^2 $$
 *
 * | tensor | shape                    |
 * | ------ | ------------------------ |
 * | data   | (N, D)                   |
 * | noise  | (N, D), standard normal  |
 * | time   | (N, 1), uniform in [0,1) |
 * | output | ()                       |
 *
 * The noise and times are arguments, so that a compiled step draws new ones. Throws ShapeError if the shapes do not fit.
 *
 * @example
 * import { flowMatchingLoss } from '@kasane/generative';
 * import { ones, zeros } from '@kasane/tensor-core';
 * flowMatchingLoss((x) => x, [ones([4, 2]), zeros([4, 2]), ones([4, 1])]).item(); // => 0
 *
 * @see Lipman et al. (2023), Flow Matching for Generative Modeling.
 * @category Diffusion
 */
export function flowMatchingLoss(
  velocity: Velocity,
  batch: readonly [data: Tensor, noise: Tensor, time: Tensor],
): Tensor {
  requireFunction('flowMatchingLoss', velocity);
  requireTensors('flowMatchingLoss', batch);
  const [data, noise, time] = batch;
  const fits = data.ndim === 2 && sameShape(data.shape, noise.shape);
  if (!fits || !sameShape(time.shape, [data.shape[0]!, 1])) {
    const shapes = batch.map(({ shape }) => formatShape(shape)).join(', ');
    throw new ShapeError(
      `flowMatchingLoss: needs data (N, D), noise (N, D) and times (N, 1), got ${shapes}.`,
    );
  }
  const way = data.sub(noise);
  return velocity(noise.add(way.mul(time)), time)
    .sub(way)
    .square()
    .mean();
}

/** Options of `integrateFlow`. */
export interface IntegrateFlowOptions {
  /** How many steps of Heun's method are taken, each of which asks for the velocity twice. Default 50. */
  readonly steps?: number;
}

/**
 * Moves noise (N, D) along a velocity to data (N, D), without gradients, by Heun's method.
 *
 * @example
 * import { integrateFlow } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * // dx/dt = x grows by e.
 * integrateFlow((x) => x, tensor([[1]])).item().toFixed(3); // => 2.718
 *
 * @category Diffusion
 */
export function integrateFlow(
  velocity: Velocity,
  noise: Tensor,
  options?: IntegrateFlowOptions,
): Tensor {
  const { steps = 50 } = optionsOf('integrateFlow', options, ['steps']);
  requireFunction('integrateFlow', velocity);
  requireTensor('integrateFlow', 'the noise', noise);
  requireWhole('integrateFlow', 'steps', steps, 1);
  if (noise.ndim !== 2) {
    throw new ShapeError(`integrateFlow: noise must be (N, D), got ${formatShape(noise.shape)}.`);
  }
  const h = 1 / steps;
  const at = (time: number): Tensor => noise.newFull([noise.shape[0]!, 1], time);
  let x = noise;
  for (let i = 0; i < steps; i++) {
    const here = x;
    x = noGrad(() =>
      scope(() => {
        const first = velocity(here, at(i * h));
        const second = velocity(here.add(first.mul(h)), at((i + 1) * h));
        return here.add(first.add(second).mul(h / 2));
      }),
    );
    if (here !== noise) here.dispose();
  }
  return x;
}
