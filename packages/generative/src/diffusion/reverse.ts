import type { Tensor } from '@kasane/tensor-core';
import type { NoiseSchedule } from './schedule.ts';

/** What the network of a diffusion predicts. */
export type Objective = 'noise' | 'data' | 'v';

/** A step from noisier points to less noisy ones. */
export interface Reverse {
  /** What the network predicts. */
  readonly objective: Objective;
  /** Where the points are: a step of the schedule. */
  readonly now: number;
  /** Where they go: an earlier step, or -1 for data without noise. */
  readonly next: number;
  /** How much of the noise is drawn anew: 0 for none (DDIM), 1 for as much as DDPM. */
  readonly eta: number;
  /** Bounds of the predicted data, or Infinity. */
  readonly clip: number;
}

/**
 * Moves points `x` by what the network said of them. New noise is asked for only where some is drawn. With η = 1 and neighbouring steps
 * it is DDPM's ancestral sampling with the variance of the posterior. @internal
 */
export function reversed(
  { signal, noise }: NoiseSchedule,
  { objective, now, next, eta, clip }: Reverse,
  x: Tensor,
  out: Tensor,
  fresh: () => Tensor,
): Tensor {
  const [a, s] = [signal[now]!, noise[now]!];
  const [nextA, nextS] = next < 0 ? [1, 0] : [signal[next]!, noise[next]!];
  // a² + s² = 1, so that v turns (data, noise) by an angle.
  let data = out;
  if (objective === 'noise') data = x.sub(out.mul(s)).div(a);
  if (objective === 'v') data = x.mul(a).sub(out.mul(s));
  if (clip < Infinity) data = data.clamp(-clip, clip);
  // The noise that goes with the data, clipped or not.
  const kept = objective === 'noise' && clip === Infinity ? out : x.sub(data.mul(a)).div(s);
  const std = eta * (nextS / s) * Math.sqrt(Math.max(0, 1 - (a / nextA) ** 2));
  const moved = data.mul(nextA).add(kept.mul(Math.sqrt(Math.max(0, nextS ** 2 - std ** 2))));
  return std > 0 ? moved.add(fresh().mul(std)) : moved;
}
