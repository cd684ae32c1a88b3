import type { Preset } from '../preset.ts';
import { linearSchedule } from '../schedule.ts';
import type { A2COptions } from './a2c.ts';
import type { PPOOptions } from './ppo.ts';
import type { REINFORCEOptions } from './reinforce.ts';

/**
 * Tuned options by algorithm and environment, as data.
 *
 * A2C's are those of rl-zoo3, and PPO's for CartPole, where rl-zoo3 reports 500 of 500 for both. For Acrobot rl-zoo3 takes 1,000,000 steps and normalises
 * observations; here a fifth of that does, without.
 *
 * @example
 * import { make, policyPresets, PPO } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const { options, steps } = policyPresets.PPO['CartPole-v1'];
 * steps; // => 100000
 * const agent = new PPO(() => make('CartPole-v1'), { ...options, generator: new Generator(1) });
 */
export const policyPresets: {
  readonly PPO: Readonly<Record<'CartPole-v1' | 'Acrobot-v1', Preset<PPOOptions>>>;
  readonly A2C: Readonly<Record<'CartPole-v1', Preset<A2COptions>>>;
  readonly REINFORCE: Readonly<Record<'CartPole-v1', Preset<REINFORCEOptions>>>;
} = {
  PPO: {
    'CartPole-v1': {
      env: 'CartPole-v1',
      steps: 100_000,
      options: {
        envs: 8,
        steps: 32,
        batchSize: 256,
        epochs: 20,
        gamma: 0.98,
        gaeLambda: 0.8,
        lr: linearSchedule(1e-3),
        clipRange: linearSchedule(0.2),
      },
      returns: [500, 500, 500, 500, 500],
    },
    'Acrobot-v1': {
      env: 'Acrobot-v1',
      steps: 200_000,
      options: {
        envs: 16,
        steps: 64,
        batchSize: 256,
        epochs: 4,
        gamma: 0.99,
        gaeLambda: 0.94,
        lr: 1e-3,
      },
      returns: [-81.5, -80.9, -84.0, -79.2, -84.8],
    },
  },
  A2C: {
    'CartPole-v1': {
      env: 'CartPole-v1',
      steps: 500_000,
      options: { envs: 8 },
      returns: [500, 500, 500, 500, 500],
    },
  },
  REINFORCE: {
    'CartPole-v1': {
      env: 'CartPole-v1',
      steps: 100_000,
      options: { lr: 1e-3 },
      returns: [499.7, 500, 491.8, 500, 500],
    },
  },
};
