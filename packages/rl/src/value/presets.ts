import type { ContinuousOptions } from './continuous.ts';
import type { DQNOptions } from './dqn.ts';
import type { SACOptions } from './sac.ts';
import type { TD3Options } from './td3.ts';

/** Options that work in an environment, and what they reached there. */
export interface Preset<Options> {
  /** The environment, as `make` takes it. */
  readonly env: string;
  /** Steps of training. */
  readonly steps: number;
  /** What the agent is made with. */
  readonly options: Options;
  /** The mean returns of 100 episodes after the training, of the generators of seeds 1, 2 and so on. */
  readonly returns: readonly number[];
}

/** A small network learns Pendulum as well as one of 256² units, in a tenth of the time. */
const small: ContinuousOptions = { lr: 1e-3, hidden: [64, 64], batchSize: 128, bufferSize: 50_000 };

/**
 * Tuned options by algorithm and environment, as data.
 *
 * DQN's are those of rl-zoo3; the networks of SAC and TD3 are smaller than there, and TD3 begins to learn earlier.
 *
 * @example
 * import { CartPole, DQN, valuePresets } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const { options, steps } = valuePresets.DQN['CartPole-v1'];
 * steps; // => 50000
 * const agent = new DQN(new CartPole(), { ...options, generator: new Generator(1) });
 */
export const valuePresets: {
  readonly DQN: Readonly<Record<'CartPole-v1', Preset<DQNOptions>>>;
  readonly SAC: Readonly<Record<'Pendulum-v1', Preset<SACOptions>>>;
  readonly TD3: Readonly<Record<'Pendulum-v1', Preset<TD3Options>>>;
} = {
  DQN: {
    'CartPole-v1': {
      env: 'CartPole-v1',
      steps: 50_000,
      options: {
        lr: 2.3e-3,
        batchSize: 64,
        bufferSize: 100_000,
        learningStarts: 1000,
        gamma: 0.99,
        targetUpdateInterval: 10,
        trainFreq: 256,
        gradientSteps: 128,
        explorationFraction: 0.16,
        explorationFinalEps: 0.04,
        hidden: [256, 256],
      },
      returns: [499.98],
    },
  },
  SAC: {
    'Pendulum-v1': {
      env: 'Pendulum-v1',
      steps: 20_000,
      options: small,
      returns: [-144.2, -169.5, -160.0, -139.9],
    },
  },
  TD3: {
    'Pendulum-v1': {
      env: 'Pendulum-v1',
      steps: 20_000,
      options: { ...small, gamma: 0.98, learningStarts: 1000 },
      returns: [-154.3, -165.6, -161.2, -143.1, -152.3],
    },
  },
};
