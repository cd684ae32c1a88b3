import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Env } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { Discrete } from '../spaces/discrete.ts';
import { TimeLimit } from '../wrappers/time-limit.ts';
import { unwrapped } from '../wrappers/wrapper.ts';
import { CartPole } from './cart-pole.ts';
import { make, register, registeredIds, spec } from './registry.ts';

describe('make', () => {
  test('cuts CartPole-v1 off after 500 steps, and each other where Gymnasium does', () => {
    const env = make('CartPole-v1');
    expect(env).toBeInstanceOf(TimeLimit);
    const limits = registeredIds().map((id) => [id, spec(id).maxEpisodeSteps]);
    expect(Object.fromEntries(limits)).toMatchObject({
      'CartPole-v0': 200,
      'CartPole-v1': 500,
      'MountainCar-v0': 200,
      'MountainCarContinuous-v0': 999,
      'Pendulum-v1': 200,
      'Acrobot-v1': 500,
      'FrozenLake-v1': 100,
      'FrozenLake8x8-v1': 200,
      'CliffWalking-v1': undefined,
      'Taxi-v4': 200,
    });
  });

  test('knows the kinds of observations and actions', () => {
    expectTypeOf(make('Pendulum-v1')).toExtend<Env<Float32Array, Float32Array>>();
    expectTypeOf(make('Pendulum-v1').actionSpace.low).toEqualTypeOf<Float32Array>();
    expectTypeOf(make('Taxi-v4')).toExtend<Env<number, number>>();
    expectTypeOf(make('Taxi-v4').observationSpace.n).toEqualTypeOf<number>();
    expectTypeOf(make('Blackjack-v1').actionSpace).toExtend<Discrete>();
  });

  for (const id of registeredIds()) {
    test(`${id} plays episodes within its spaces`, () => {
      const env = make(id, { maxEpisodeSteps: 40 });
      expect(env.observationSpace.contains(env.reset({ seed: 1 }).observation)).toBe(true);
      for (let i = 0; i < 100; i++) {
        const step = env.step(env.actionSpace.sample());
        expect(env.observationSpace.contains(step.observation)).toBe(true);
        expect(Number.isFinite(step.reward)).toBe(true);
        if (step.terminated || step.truncated) env.reset();
      }
    });
  }

  for (const id of registeredIds()) {
    test(`${id} has the kinds of spaces that its types say`, () => {
      const { observationSpace, actionSpace } = make(id);
      for (const space of [observationSpace, actionSpace]) {
        const value = space.sample();
        expect(space instanceof Discrete).toBe(typeof value === 'number');
        expect(space instanceof Box).toBe(value instanceof Float32Array);
      }
    });
  }

  test('takes the newest version of a name, options and other limits', () => {
    expect(spec('CartPole').id).toBe('CartPole-v1');
    expect(make('CliffWalking-v1', { isSlippery: true, maxEpisodeSteps: 3 })).toBeInstanceOf(
      TimeLimit,
    );
    expect(unwrapped(make('CartPole-v1'))).toBeInstanceOf(CartPole);
    expect(make('CartPole-v1', { maxEpisodeSteps: Infinity })).toBeInstanceOf(CartPole);
  });

  test('names unknown ids and options', () => {
    expect(() => make('CartPol-v1')).toThrow(
      "make: there is no environment 'CartPol-v1'; the nearest is CartPole-v1.",
    );
    expect(() => make('CartPole-v1', { speed: 1 } as never)).toThrow(
      'CartPole: there is no option "speed"',
    );
    expect(() => make(undefined as never)).toThrow(
      "make: an id must be text such as 'CartPole-v1', got undefined.",
    );
  });
});

test.each(registeredIds())('%s refuses options of a reset that it does not know', (id) => {
  expect(() => make(id).reset({ options: { start: 3 } })).toThrow(
    /there is no option "start"|reset has no options of its own/,
  );
});

describe('register', () => {
  test('takes an environment of plain members', () => {
    register('tests/Plain-v3', {
      create: () => {
        const { observationSpace, actionSpace } = new CartPole();
        const observation = new Float32Array(4);
        return {
          observationSpace,
          actionSpace,
          reset: () => ({ observation, info: {} }),
          step: () => ({ observation, reward: 1, terminated: false, truncated: false, info: {} }),
        };
      },
      maxEpisodeSteps: 2,
    });
    const env = make('tests/Plain');
    env.reset();
    env.step(0);
    expect(env.step(0)).toMatchObject({ reward: 1, terminated: false, truncated: true });
    expect(() => env.step(0)).toThrow(
      'TimeLimit: step was called after the end of the episode; call reset().',
    );
  });

  test('names ids that are none or are taken', () => {
    const create = (): CartPole => new CartPole();
    expect(() => register('Maze', { create })).toThrow(
      "register: an id must be a name and a version such as 'Maze-v0', got 'Maze'.",
    );
    expect(() => register('Taxi-v4', { create })).toThrow("register: 'Taxi-v4' is taken");
    expect(() => register('Maze-v0', {} as never)).toThrow(
      'register: needs a function, got undefined.',
    );
  });
});
