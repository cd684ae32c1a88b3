import { Generator, tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import type { Env } from '../env.ts';
import { CartPole } from '../environments/cart-pole.ts';
import { Pendulum } from '../environments/pendulum.ts';
import { Box } from '../spaces/box.ts';
import { Discrete } from '../spaces/discrete.ts';
import { A2C } from './a2c.ts';
import { PPO } from './ppo.ts';
import { REINFORCE } from './reinforce.ts';

/** Says 1 or -1 and pays for the action of that sign; ends or cuts off after so many steps. */
class Signs implements Env<Float32Array> {
  readonly observationSpace = new Box(-1, 1);
  readonly actionSpace = new Discrete(2);
  readonly #ends: 'terminated' | 'truncated';
  readonly #generator = new Generator(9);
  #left = 0;
  #sign = 1;

  constructor(ends: 'terminated' | 'truncated' = 'terminated') {
    this.#ends = ends;
  }
  reset() {
    this.#left = 5;
    return { observation: this.#next(), info: {} };
  }
  step(action: number) {
    const reward = action === (this.#sign > 0 ? 1 : 0) ? 1 : 0;
    const ended = --this.#left === 0;
    const ends = { terminated: false, truncated: false, [this.#ends]: ended };
    return { observation: this.#next(), reward, ...ends, info: {} };
  }
  #next(): Float32Array {
    this.#sign = this.#generator.random() < 0.5 ? -1 : 1;
    return Float32Array.of(this.#sign);
  }
}

/** Pays for how near an action is to a half of what is seen. */
class Follow implements Env<Float32Array, Float32Array> {
  readonly observationSpace = new Box(-1, 1);
  readonly actionSpace = new Box(-1, 1);
  readonly #generator = new Generator(9);
  #seen = 0;

  reset() {
    this.#seen = 2 * this.#generator.random() - 1;
    return { observation: Float32Array.of(this.#seen), info: {} };
  }
  step(action: Float32Array) {
    const reward = -((action[0]! - this.#seen / 2) ** 2);
    return { ...this.reset(), reward, terminated: true, truncated: false };
  }
}

describe('agents learn what pays', () => {
  const makers = {
    PPO: (generator: Generator) =>
      new PPO(() => new Signs(), { envs: 4, steps: 16, lr: 0.01, hidden: [8], generator }),
    A2C: (generator: Generator) =>
      new A2C(() => new Signs(), { envs: 4, lr: 0.01, hidden: [8], generator }),
    REINFORCE: (generator: Generator) =>
      new REINFORCE(() => new Signs(), { lr: 0.02, hidden: [8], generator }),
    'REINFORCE without baseline': (generator: Generator) =>
      new REINFORCE(() => new Signs(), { baseline: false, lr: 0.02, hidden: [8], generator }),
  };
  it.each(Object.entries(makers))('%s, and the same from the same seed', async (_, make) => {
    const run = async (steps: number) => {
      const agent = make(new Generator(1));
      const reports: number[] = [];
      await agent.learn(steps, { onProgress: ({ meanReturn }) => reports.push(meanReturn) });
      return { agent, reports };
    };
    const { agent, reports } = await run(1200);
    expect([agent.act([1]), agent.act([-1])]).toEqual([1, 0]);
    expect(reports.at(-1)).toBeGreaterThan(4);
    const again = (await run(300)).reports;
    expect(again).toEqual(reports.slice(0, again.length));
  });

  it('vectors, too', async () => {
    const generator = new Generator(2);
    const agent = new PPO(() => new Follow(), { envs: 4, steps: 32, lr: 0.01, hidden: [16], generator }); // prettier-ignore
    await agent.learn(3000);
    expect(agent.act([0.8])[0]).toBeCloseTo(0.4, 0.7);
    expect(agent.act([-0.8])[0]).toBeCloseTo(-0.4, 0.7);
    const drawn = agent.act([0], { deterministic: false, generator });
    expect(new Pendulum().actionSpace.contains(drawn)).toBe(true);
  });
});

describe('what is learned of the end of an episode', () => {
  /** V before the last of two steps that pay 1 each. */
  async function valueOf(ends: 'terminated' | 'truncated'): Promise<number> {
    const space = new Box(0, 1);
    const env: Env<Float32Array> = {
      observationSpace: space,
      actionSpace: new Discrete(2),
      reset: () => ({ observation: Float32Array.of(1), info: {} }),
      step: () => ({
        observation: Float32Array.of(1),
        reward: 1,
        ...{ terminated: false, truncated: false, [ends]: true },
        info: {},
      }),
    };
    const options = { gamma: 0.5, lr: 0.01, hidden: [8], generator: new Generator(3) };
    const agent = new A2C(() => env, { ...options, envs: 4 });
    await agent.learn(10_000);
    return agent.policy.value(tensor([[1]])).item();
  }

  it('is 0 after a termination: V is the reward', async () => {
    expect(await valueOf('terminated')).toBeCloseTo(1, 1);
  });
  it('is V after a truncation: V = 1 + γV', async () => {
    expect(await valueOf('truncated')).toBeCloseTo(2, 1);
  });
});

describe('mistakes', () => {
  it('of options and environments are named', () => {
    const make = () => new CartPole();
    expect(() => new PPO(make, { batchSize: 64, steps: 8 })).toThrow('PPO: batchSize must be a whole number from 2 to 8, got 64.'); // prettier-ignore
    expect(() => new PPO(make, { gamma: 2 })).toThrow('PPO: gamma must be from 0 to 1, got 2.');
    expect(() => new A2C(make, JSON.parse('{"nSteps":5}'))).toThrow('A2C: there is no option "nSteps"; did you mean steps?'); // prettier-ignore
    for (const agent of [PPO, A2C, REINFORCE]) {
      const { name } = agent;
      for (const wrong of [undefined, null, 'CartPole-v1', 7, {}, new CartPole()]) {
        expect(() => Reflect.construct(agent, [wrong])).toThrow(`${name}: needs a function, got`);
      }
      expect(() => Reflect.construct(agent, [() => null])).toThrow(
        `${name}: the function must make an environment, with reset and step, got null.`,
      );
      const tuples = {
        ...new Signs(),
        actionSpace: {},
        reset: () => new Signs().reset(),
        step() {},
      };
      expect(() => Reflect.construct(agent, [() => tuples])).toThrow(
        `${name}: the action space must be a Discrete or a Box, got`,
      );
    }
  });

  it.each([PPO, A2C, REINFORCE])('of what environments show are named by %o', async (agent) => {
    /** Shows the first list at the reset and the second after a step. */
    const showing = (first: number[], second: number[]): (() => CartPole) => {
      const env = new CartPole();
      const { reset, step } = env;
      const shown = (observation: number[], rest: object): never =>
        ({ ...rest, observation: Float32Array.from(observation) }) as never; // what types allow
      env.reset = (options) => shown(first, reset.call(env, options));
      env.step = (action) => shown(second, step.call(env, action));
      return () => env;
    };
    const learn = (first: number[], second: number[]): Promise<unknown> =>
      new agent(showing(first, second)).learn(200);
    const { name } = agent;
    await expect(learn([0, NaN, 0, 0], [0, 0, 0, 0])).rejects.toThrow(
      `${name}: number 1 of an observation must be finite, got NaN.`,
    );
    await expect(learn([0, 0, 0, 0], [0, 0, Infinity, 0])).rejects.toThrow(
      `${name}: number 2 of an observation must be finite, got Infinity.`,
    );
    await expect(learn([0, 0, 0, 0], [0, 0])).rejects.toThrow(
      `${name}: an observation must be an array of 4 numbers, got one of 2.`,
    );
  });

  it('of observations and signals are named', async () => {
    const agent = new PPO(() => new CartPole(), { steps: 64 });
    for (const wrong of [undefined, null, 'abcd', [1, 2], 4]) {
      expect(() => Reflect.apply(agent.act, agent, [wrong])).toThrow(
        /^PPO.act: an observation must be an array of 4 numbers, got /,
      );
    }
    await expect(agent.learn(0)).rejects.toThrow('PPO.learn: total must be a whole number ≥ 1');
    const controller = new AbortController();
    const reason = new Error('enough');
    const learning = agent.learn(1_000_000, {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(learning).rejects.toBe(reason);
  });
});
