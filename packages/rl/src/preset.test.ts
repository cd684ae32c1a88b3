import { Generator } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import {
  A2C,
  C51,
  DDPG,
  DQN,
  make,
  policyPresets,
  PPO,
  REINFORCE,
  SAC,
  TD3,
  valuePresets,
  type Preset,
} from './index.ts';

const agents: Readonly<Record<string, unknown>> = { A2C, C51, DDPG, DQN, PPO, REINFORCE, SAC, TD3 };
const presets: Readonly<Record<string, Readonly<Record<string, Preset<object>>>>> = {
  ...valuePresets,
  ...policyPresets,
};
const rows = Object.entries(presets).flatMap(([agent, byEnv]) =>
  Object.entries(byEnv).map(([env, preset]) => [agent, env, preset] as const),
);
/** From where on a mean return is good enough to call an environment solved. */
const solved: Readonly<Record<string, number>> = {
  'CartPole-v1': 475,
  'Acrobot-v1': -100,
  'MountainCar-v0': -120,
  'Pendulum-v1': -200,
};

it.each(rows)(
  'the preset of %s for %s is one that it takes, and did well',
  (agent, env, preset) => {
    expect(preset.env).toBe(env);
    const create = () => make(env as 'CartPole-v1'); // or another that is registered
    const options = { ...preset.options, generator: new Generator(1) };
    // Each takes an environment, or what makes one, and options.
    const Agent = agents[agent] as new (env: unknown, options: object) => object;
    const made = new Agent(agent in policyPresets ? create : create(), options);
    expect(made).toBeInstanceOf(Agent);
    // At most one of five seeds may miss.
    const { returns } = preset;
    const good = returns.filter((mean) => mean >= solved[env]!);
    expect(returns).toHaveLength(5);
    expect(good.length).toBeGreaterThanOrEqual(4);
  },
);
