import type { Env, Reset, Step } from '../src/env.ts';
import { Box } from '../src/spaces/box.ts';
import { Discrete } from '../src/spaces/discrete.ts';

/** How `corridor` ends. */
export interface CorridorOptions {
  /** Steps until an episode is truncated. Default 20. */
  readonly limit?: number;
  /** Whether its end terminates an episode. Default true. */
  readonly terminates?: boolean;
}

const SIZE = 4;

/** A corridor of four places, seen one-hot: the second action leads right, each step costs 1, and the end is the last place. */
export function corridor({ limit = 20, terminates = true }: CorridorOptions = {}): Env {
  let place = 0;
  let time = 0;
  // Always the same array, as environments may do.
  const observation = new Float32Array(SIZE);
  const look = (): Float32Array => {
    observation.fill(0);
    observation[place] = 1;
    return observation;
  };
  return {
    observationSpace: new Box(0, 1, { shape: [SIZE] }),
    actionSpace: new Discrete(2, { start: 5 }),
    reset(): Reset<Float32Array> {
      place = 0;
      time = 0;
      return { observation: look(), info: {} };
    },
    step(action: number): Step<Float32Array> {
      if (action !== 5 && action !== 6) throw new RangeError(`corridor: got ${action}.`);
      place = Math.min(SIZE - 1, Math.max(0, place + (action === 6 ? 1 : -1)));
      time++;
      const terminated = terminates && place === SIZE - 1;
      const truncated = !terminated && time === limit;
      return { observation: look(), reward: -1, terminated, truncated, info: {} };
    },
  };
}
