import { optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import type { Env, Reset, ResetOptions, Step } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { boxOf } from './box-of.ts';
import { Wrapper } from './wrapper.ts';

/** Options of `FrameStackObservation`. */
export interface FrameStackOptions {
  /** What stands for the observations before the first one: itself ('reset'), zeros, or an observation of one's own. Default: 'reset'. */
  readonly paddingType?: 'reset' | 'zero' | Float32Array;
}

/**
 * Shows the last `stackSize` observations, one after another, the newest at the end: what moves can then be seen.
 *
 * $$ o'_t = (o_{t - n + 1}, \dots, o_t), \quad n = \text{stackSize} $$
 *
 * The space is a `Box` with one more dimension, the first, of that size. Same as `gymnasium.wrappers.FrameStackObservation`.
 *
 * @throws TypeError if the observations are not from a `Box`.
 * @throws RangeError if `stackSize` is not a whole number of at least 1, or an observation for `paddingType` is not in the space.
 *
 * @example
 * import { FrameStackObservation, MountainCar } from '@kasane/rl';
 * const env = new FrameStackObservation(new MountainCar(), 4);
 * env.observationSpace.shape; // => [4,2]
 * env.reset({ seed: 1 }).observation.length; // => 8
 * @category Wrappers
 */
export class FrameStackObservation<Action> extends Wrapper<Float32Array, Action> {
  readonly stackSize: number;
  readonly #space: Box;
  readonly #padding: 'reset' | Float32Array;
  #stack = new Float32Array();

  constructor(env: Env<Float32Array, Action>, stackSize: number, options?: FrameStackOptions) {
    super(env);
    const { paddingType = 'reset' } = optionsOf('FrameStackObservation', options, ['paddingType']);
    requireWhole('FrameStackObservation', 'stackSize', stackSize, 1);
    const one = boxOf('FrameStackObservation', 'observations', env.observationSpace);
    if (paddingType !== 'reset' && paddingType !== 'zero' && !one.contains(paddingType)) {
      throw new RangeError(
        `FrameStackObservation: paddingType must be 'reset', 'zero' or in ${one}, got ${shown(paddingType)}.`,
      );
    }
    const repeated = (bounds: Float32Array): Float32Array => {
      return filled(new Float32Array(stackSize * bounds.length), bounds);
    };
    this.stackSize = stackSize;
    this.#space = new Box(repeated(one.low), repeated(one.high), {
      shape: [stackSize, ...one.shape],
    });
    this.#padding = paddingType === 'zero' ? new Float32Array(one.low.length) : paddingType;
  }

  override get observationSpace(): Box {
    return this.#space;
  }

  override reset(options?: ResetOptions): Reset<Float32Array> {
    const { observation, info } = this.env.reset(options);
    const padding = this.#padding === 'reset' ? observation : this.#padding;
    this.#stack = filled(new Float32Array(this.#space.low.length), padding);
    this.#stack.set(observation, this.#stack.length - observation.length);
    return { observation: this.#stack, info };
  }

  override step(action: Action): Step<Float32Array> {
    const step = this.env.step(action);
    const next = new Float32Array(this.#stack.length);
    const width = step.observation.length;
    next.set(this.#stack.subarray(width));
    next.set(step.observation, next.length - width);
    this.#stack = next;
    return { ...step, observation: next };
  }
}

/** A list with another written into it over and over. */
function filled(out: Float32Array, one: Float32Array): Float32Array<ArrayBuffer> {
  for (let at = 0; at < out.length; at += one.length) out.set(one, at);
  return out as Float32Array<ArrayBuffer>; // made here, so no memory is shared
}
