import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Env } from '../env.ts';
import { Acrobot } from './acrobot.ts';
import { CartPole } from './cart-pole.ts';
import { MountainCar, MountainCarContinuous } from './mountain-car.ts';
import { Pendulum } from './pendulum.ts';

interface Trajectory {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly start: readonly number[];
  readonly actions: readonly (number | readonly number[])[];
  readonly steps: readonly [observation: number[], reward: number, terminated: boolean][];
}

const fixture = new URL('../../test/fixtures/classic-control.json', import.meta.url);
const { trajectories } = JSON.parse(readFileSync(fixture, 'utf8')) as {
  trajectories: Trajectory[];
};

// Each takes actions of its own kind, which the trajectories know.
type Made = Env<Float32Array, unknown> & { readonly state: Float64Array | Float32Array };
const makers: Readonly<Record<string, (options: Trajectory['options']) => Made>> = {
  'CartPole-v1': ({ sutton_barto_reward }) =>
    new CartPole({ suttonBartoReward: sutton_barto_reward === true }),
  'Pendulum-v1': ({ g }) => new Pendulum(typeof g === 'number' ? { g } : {}),
  'MountainCar-v0': () => new MountainCar(),
  'MountainCarContinuous-v0': () => new MountainCarContinuous(),
  'Acrobot-v1': ({ book_or_nips }) =>
    new Acrobot({ bookOrNips: book_or_nips === 'nips' ? 'nips' : 'book' }),
};

describe('classic control goes as in Gymnasium', () => {
  for (const { id, options, start, actions, steps } of trajectories) {
    const maker = makers[id]!;
    test(`${id} from [${start.join(', ')}]`, () => {
      const env = maker(options);
      env.reset({ seed: 0 });
      env.state.set(start);
      actions.forEach((action, i) => {
        const given = typeof action === 'number' ? action : Float32Array.from(action);
        const step = env.step(given);
        const [observation, reward, terminated] = steps[i]!;
        expect(step.terminated).toBe(terminated);
        expect(step.truncated).toBe(false);
        expect(Math.abs(step.reward - reward)).toBeLessThan(1e-6);
        expect(step.observation.length).toBe(observation.length);
        step.observation.forEach((x, k) => {
          expect(Math.abs(x - observation[k]!)).toBeLessThan(1e-6 * (1 + Math.abs(x)));
        });
      });
    });
  }
});

describe('every environment of classic control', () => {
  for (const [id, maker] of Object.entries(makers)) {
    test(`${id} starts the same from the same seed, in its space`, () => {
      const [one, other] = [maker({}), maker({})];
      const first = one.reset({ seed: 5 }).observation;
      expect(other.reset({ seed: 5 }).observation).toEqual(first);
      const second = one.reset().observation;
      expect(second).not.toEqual(first);
      expect(other.reset().observation).toEqual(second);
      expect(one.observationSpace.contains(first)).toBe(true);
    });
    test(`${id} names a step before the first reset and what is no action`, () => {
      const env = maker({});
      expect(() => env.step(env.actionSpace.sample())).toThrow(
        /: step was called before the first/,
      );
      env.reset();
      for (const wrong of [undefined, null, Number.NaN, 'left', [], 7, {}, () => 1]) {
        expect(() => env.step(wrong)).toThrow(/^\w+: an action must be .*, got .*\.$/);
      }
    });
  }

  test('a step after the end throws, and a reset starts anew', () => {
    const env = new CartPole();
    env.reset();
    env.state[0] = 3;
    expect(env.step(0).terminated).toBe(true);
    expect(() => env.step(0)).toThrow(
      'CartPole: step was called after the end of the episode; call reset().',
    );
    env.reset();
    expect(env.step(0).terminated).toBe(false);
  });

  test('the last step pays 1, too', () => {
    const env = new CartPole();
    env.reset();
    env.state[2] = 1;
    expect(env.step(0)).toMatchObject({ reward: 1, terminated: true });
  });

  test('resets take bounds for the start', () => {
    const env = new CartPole();
    const { observation } = env.reset({ options: { low: 0.125, high: 0.125 } });
    expect([...observation]).toEqual([0.125, 0.125, 0.125, 0.125]);
    expect(() => env.reset({ options: { low: 1, high: 0 } })).toThrow(
      'CartPole: low must be at most high, 0, got 1.',
    );
    expect(() => env.reset({ options: { lo: 1 } })).toThrow(
      'CartPole: there is no option "lo"; did you mean low?',
    );
    expect(() => env.reset({ seed: -1 })).toThrow('CartPole: seed must be a whole number');
  });
});
