import { describe, expect, test } from 'vitest';
import { CartPole } from '../environments/cart-pole.ts';
import { make } from '../environments/registry.ts';
import { Pendulum } from '../environments/pendulum.ts';
import { TimeLimit } from '../wrappers/time-limit.ts';
import { CartPoleVectorEnv } from './cart-pole-vector-env.ts';
import { PendulumVectorEnv } from './pendulum-vector-env.ts';
import { SyncVectorEnv } from './sync-vector-env.ts';
import type { AutoresetMode, VectorEnv } from './vector-env.ts';

type Maker = (mode: AutoresetMode) => VectorEnv;

const makers: Readonly<Record<string, Maker>> = {
  // Both end by their limit: the batched one in all at once.
  SyncVectorEnv: (autoresetMode) =>
    new SyncVectorEnv(
      [2, 2, 2].map((limit) => () => new TimeLimit(new CartPole(), limit)),
      { autoresetMode },
    ),
  CartPoleVectorEnv: (autoresetMode) =>
    new CartPoleVectorEnv(3, { autoresetMode, maxEpisodeSteps: 2 }),
};

for (const [name, maker] of Object.entries(makers)) {
  describe(name, () => {
    test("'next-step' resets in the step after, which has no action and no reward", () => {
      const envs = maker('next-step');
      envs.reset({ seed: 1 });
      envs.step([0, 1, 0]);
      const last = envs.step([0, 1, 0]);
      expect([...last.truncated]).toEqual([1, 1, 1]);
      expect(last.finalObservations).toBe(last.observations);
      const after = envs.step([0, 1, 0]);
      expect([...after.resets]).toEqual([1, 1, 1]);
      expect([...after.rewards]).toEqual([0, 0, 0]);
      expect([...after.truncated]).toEqual([0, 0, 0]);
      expect(after.observations.every((x) => Math.abs(x) <= 0.05)).toBe(true);
      expect([...envs.step([0, 1, 0]).resets]).toEqual([0, 0, 0]);
    });

    test("'same-step' resets at once and keeps what the actions led to", () => {
      const envs = maker('same-step');
      envs.reset({ seed: 1 });
      const first = envs.step([0, 1, 0]);
      expect(first.finalObservations).toBe(first.observations);
      const last = envs.step([0, 1, 0]);
      expect([...last.truncated]).toEqual([1, 1, 1]);
      expect([...last.rewards]).toEqual([1, 1, 1]);
      expect(last.observations.every((x) => Math.abs(x) <= 0.05)).toBe(true);
      expect(Math.abs(last.finalObservations[1]!)).toBeGreaterThan(0.3);
    });

    test("'disabled' throws until those that ended are reset", () => {
      const envs = maker('disabled');
      envs.reset({ seed: 1 });
      envs.step([0, 1, 0]);
      const last = envs.step([0, 1, 0]);
      expect(() => envs.step([0, 1, 0])).toThrow(
        `${name}: the episode of environment 0 has ended; call reset({ mask }) with 1 for those that ended.`,
      );
      const { observations } = envs.reset({ mask: [0, 1, 1] });
      expect(observations.subarray(0, 4)).toEqual(last.observations.subarray(0, 4));
      expect(() => envs.step([0, 1, 0])).toThrow('environment 0 has ended');
      envs.reset({ mask: [1, 0, 0] });
      expect([...envs.step([0, 1, 0]).rewards]).toEqual([1, 1, 1]);
    });

    test('is the same from the same seed', () => {
      const [one, other] = [maker('same-step'), maker('same-step')];
      expect(one.reset({ seed: 9 })).toEqual(other.reset({ seed: 9 }));
      for (let i = 0; i < 5; i++) expect(one.step([0, 1, 1])).toEqual(other.step([0, 1, 1]));
    });

    test('names what does not fit', () => {
      const envs = maker('same-step');
      expect(() => envs.step([0, 0, 0])).toThrow(`${name}: step was called before the first reset`);
      expect(() => envs.reset({ mask: [1, 1, 1] })).toThrow('before the first reset');
      envs.reset();
      expect(() => envs.step([0, 0])).toThrow(`${name}: the actions must be a list of 3, got 2.`);
      expect(() => envs.step([0, 0, 2])).toThrow(/an action must be in Discrete\(2\), got 2/);
      expect(() => envs.step(null as never)).toThrow('the actions must be a list of 3, got null.');
      expect(() => maker('never' as never)).toThrow(`${name}: autoresetMode must be 'next-step'`);
      expect(() => envs.reset({ mask: [1] })).toThrow('the mask must be a list of 3, got 1.');
    });
  });
}

describe('batched controls move as single ones', () => {
  test('CartPole, through falls', () => {
    const envs = new CartPoleVectorEnv(2, { autoresetMode: 'same-step' });
    envs.reset({ seed: 3 });
    const single = new CartPole();
    single.reset();
    single.state.set(envs.states.subarray(4));
    for (;;) {
      const { finalObservations, terminated, rewards } = envs.step([0, 1]);
      const step = single.step(1);
      expect(finalObservations.subarray(4)).toEqual(step.observation);
      expect(rewards[1]).toBe(1);
      expect(terminated[1]).toBe(Number(step.terminated));
      if (step.terminated) break;
    }
  });

  test('Pendulum', () => {
    const envs = new PendulumVectorEnv(2);
    envs.reset({ seed: 3 });
    const single = new Pendulum();
    single.reset();
    single.state.set(envs.states.subarray(2));
    for (let i = 0; i < 10; i++) {
      const { observations, rewards } = envs.step(Float32Array.of(0, i / 5));
      const step = single.step(Float32Array.of(i / 5));
      expect(observations.subarray(3)).toEqual(step.observation);
      expect(rewards[1]).toBe(step.reward);
    }
  });
});

test('SyncVectorEnv takes continuous actions in rows or as lists, and states as numbers', () => {
  const envs = new SyncVectorEnv([() => make('Pendulum-v1'), () => make('Pendulum-v1')]);
  envs.reset({ seed: 1 });
  const one = envs.step(Float32Array.of(1, -1));
  envs.reset({ seed: 1 });
  expect(envs.step([Float32Array.of(1), Float32Array.of(-1)])).toEqual(one);
  const lakes = new SyncVectorEnv([() => make('FrozenLake-v1'), () => make('FrozenLake-v1')]);
  expect(lakes.reset({ seed: 1 }).observations).toEqual(Int32Array.of(0, 0));
});
