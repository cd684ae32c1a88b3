import { Generator, memory, scope, tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { corridor } from '../../test/corridor.ts';
import { Pendulum } from '../environments/pendulum.ts';
import { DQN, type DQNOptions } from './dqn.ts';

const quick: DQNOptions = {
  lr: 0.01,
  hidden: [16],
  bufferSize: 2000,
  trainFreq: 1,
  targetUpdateInterval: 25,
  explorationFraction: 0.5,
  gamma: 0.9,
};

/** Q of the corridor's places. */
const values = (agent: DQN): number[][] =>
  scope(() => {
    const places = tensor([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ]);
    return agent.network.forward(places).toArray() as number[][]; // (3, 2)
  });

describe('DQN', () => {
  const variants: [string, DQNOptions][] = [
    ['plain', {}],
    ['double', { double: true }],
    ['dueling', { dueling: true }],
    ['prioritized', { prioritized: true }],
    ['with soft updates of the target', { tau: 0.05, targetUpdateInterval: 1 }],
  ];
  it.each(variants)('finds the values of a corridor: %s', async (_, options) => {
    const generator = new Generator(1);
    const agent = await new DQN(corridor(), { ...quick, ...options, generator }).learn(900);
    // To the right: -1, and after it what is left.
    for (const [i, exact] of [-2.71, -1.9, -1].entries()) {
      expect(Math.abs(values(agent)[i]![1]! - exact)).toBeLessThan(0.1);
    }
    expect(agent.act([1, 0, 0, 0])).toBe(6);
  });

  it('walks the corridor with returns over three steps', async () => {
    const generator = new Generator(1);
    const agent = await new DQN(corridor(), { ...quick, nSteps: 3, generator }).learn(600);
    expect([0, 1, 2].map((i) => agent.act([0, 1, 2, 3].map((j) => Number(i === j))))).toEqual([
      6, 6, 6,
    ]);
  });

  it('counts what comes after a truncated episode', async () => {
    const env = corridor({ terminates: false, limit: 5 });
    const agent = await new DQN(env, { ...quick, gamma: 0.5, generator: new Generator(1) }).learn(
      700,
    );
    // -1 for ever: -1 / (1 - 0.5), wherever one is.
    for (const row of values(agent)) for (const q of row) expect(Math.abs(q + 2)).toBeLessThan(0.1);
  });

  it('does the same for the same seed, and frees what it makes', async () => {
    const run = async (): Promise<number[][]> => {
      const options = { ...quick, prioritized: true, generator: new Generator(7) };
      return values(await new DQN(corridor(), options).learn(200));
    };
    expect(await run()).toEqual(await run());
    const agent = await new DQN(corridor(), { ...quick, generator: new Generator(7) }).learn(200);
    const before = memory().wasm.tensors;
    await agent.learn(150);
    expect(memory().wasm.tensors).toBe(before);
  });

  it('tells after each episode, and ends when its signal does', async () => {
    const told: number[] = [];
    const stop = new AbortController();
    const agent = new DQN(corridor({ limit: 3 }), { ...quick, generator: new Generator(1) });
    const learning = agent.learn(1e6, {
      signal: stop.signal,
      onProgress: ({ episodes, meanReturn, total }) => {
        told.push(episodes);
        expect([meanReturn, total]).toEqual([-3, 1e6]);
        if (episodes === 3) stop.abort(new Error('enough'));
      },
    });
    await expect(learning).rejects.toThrow('enough');
    expect(told.slice(0, 3)).toEqual([1, 2, 3]);
  });

  it('names spaces it cannot learn in, options out of range, and what is no observation', async () => {
    // @ts-expect-error -- its actions are continuous
    expect(() => new DQN(new Pendulum())).toThrow(
      'DQN: actions must be Discrete, got Box(-2, 2, [1])',
    );
    // @ts-expect-error -- no environment
    expect(() => new DQN(null)).toThrow(
      'DQN: needs an environment with reset, step and two spaces, got null.',
    );
    expect(() => new DQN(corridor(), { gamma: 2 })).toThrow(
      'DQN: gamma must be from 0 to 1, got 2.',
    );
    expect(() => new DQN(corridor(), { batchSize: 0 })).toThrow(
      'DQN: batchSize must be a whole number ≥ 1, got 0.',
    );
    const agent = new DQN(corridor(), quick);
    expect(() => agent.act([1])).toThrow('DQN.act: an observation must be an array of 4 numbers');
    expect(() => agent.act([0, 0, NaN, 0])).toThrow('number 2 of an observation must be finite');
    await expect(agent.learn(0)).rejects.toThrow(
      'DQN.learn: the number of steps must be a whole number ≥ 1',
    );
    const env = corridor();
    const broken = { ...env, step: (a: number) => ({ ...env.step(a), reward: NaN }) };
    await expect(new DQN(broken, quick).learn(9)).rejects.toThrow(
      'DQN.learn: rewards must be finite numbers, got NaN after 0 steps.',
    );
  });
});
