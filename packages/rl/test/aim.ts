import type { Env, Step } from '../src/env.ts';
import { Box } from '../src/spaces/box.ts';

/** A task of one step: the reward is -(action - 3)², for actions from 0 to 4; the observation says nothing. */
export function aim(): Env<Float32Array, Float32Array> {
  const observation = Float32Array.of(1);
  return {
    observationSpace: new Box(0, 1, { shape: [1] }),
    actionSpace: new Box(0, 4, { shape: [1] }),
    reset: () => ({ observation, info: {} }),
    step([action]: Float32Array): Step<Float32Array> {
      const reward = -((action! - 3) ** 2);
      return { observation, reward, terminated: true, truncated: false, info: {} };
    },
  };
}
