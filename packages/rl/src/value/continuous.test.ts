import { Generator, memory } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { aim } from '../../test/aim.ts';
import { corridor } from '../../test/corridor.ts';
import { fromBounds, toBounds } from './continuous.ts';
import { DDPG } from './ddpg.ts';
import { SAC } from './sac.ts';
import { TD3 } from './td3.ts';

const options = () => ({
  lr: 3e-3,
  hidden: [16],
  batchSize: 32,
  bufferSize: 1000,
  tau: 0.05,
  generator: new Generator(1),
});

describe.each([
  ['DDPG', DDPG],
  ['TD3', TD3],
  ['SAC', SAC],
] as const)('%s', (name, Agent) => {
  it('aims where the reward is largest', async () => {
    const agent = await new Agent(aim(), options()).learn(1000);
    expect(Math.abs(agent.act([1])[0]! - 3)).toBeLessThan(0.3);
  });

  it('does the same for the same seed, and frees what it makes', async () => {
    const run = async () => new Agent(aim(), options()).learn(200);
    const first = await run();
    expect((await run()).act([1])).toEqual(first.act([1]));
    const before = memory().wasm.tensors;
    await first.learn(200);
    expect(memory().wasm.tensors).toBe(before);
  });

  it('names spaces it cannot learn in, and options out of range', () => {
    // @ts-expect-error -- its actions are whole numbers
    expect(() => new Agent(corridor())).toThrow(
      `${name}: actions must be of a Box, got Discrete(2, start=5).`,
    );
    // @ts-expect-error -- no environment
    expect(() => new Agent(undefined)).toThrow(`${name}: needs an environment`);
    expect(() => new Agent(aim(), { tau: 2 })).toThrow(`${name}: tau must be from 0 to 1, got 2.`);
    expect(() => new Agent(aim(), options()).act([1, 2])).toThrow(
      `${name}.act: an observation must be an array of 1 numbers`,
    );
  });
});

describe('SAC', () => {
  it('draws actions with the generator it is given, and keeps α where it is set', async () => {
    const agent = await new SAC(aim(), { ...options(), entCoef: 0.5 }).learn(150);
    expect(agent.logEntCoef.item()).toBeCloseTo(Math.log(0.5), 6);
    const draw = () => agent.act([1], { deterministic: false, generator: new Generator(4) })[0];
    expect(draw()).toBe(draw());
    expect(draw()).not.toBe(agent.act([1])[0]);
    const learned = await new SAC(aim(), options()).learn(300);
    expect(learned.logEntCoef.item()).toBeLessThan(0);
  });
});

it('actions go from -1 to 1 into their bounds and back', () => {
  const bounds = { low: Float32Array.of(-2, 0), high: Float32Array.of(2, 10) };
  expect(toBounds([-1, 0.5], bounds)).toEqual(Float32Array.of(-2, 7.5));
  expect(fromBounds([-2, 7.5], bounds)).toEqual(Float32Array.of(-1, 0.5));
  expect(toBounds([3, -3], bounds)).toEqual(Float32Array.of(2, 0));
});
