import { Generator } from '@kasane/tensor-core';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Env } from '../env.ts';
import { Acrobot } from '../environments/acrobot.ts';
import { CartPole } from '../environments/cart-pole.ts';
import { MountainCar, MountainCarContinuous } from '../environments/mountain-car.ts';
import { make, register } from '../environments/registry.ts';
import { Pendulum } from '../environments/pendulum.ts';
import { TimeLimit } from '../wrappers/time-limit.ts';
import { AcrobotVectorEnv } from './acrobot-vector-env.ts';
import { CartPoleVectorEnv } from './cart-pole-vector-env.ts';
import { makeVec } from './make-vec.ts';
import { MountainCarContinuousVectorEnv } from './mountain-car-continuous-vector-env.ts';
import { MountainCarVectorEnv } from './mountain-car-vector-env.ts';
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

/** Each batched control, the single one whose states it moves, and how many numbers a state has. */
const controls: Readonly<
  Record<string, readonly [() => Batched, () => Env<Float32Array, unknown> & State, number]>
> = {
  CartPole: [
    () =>
      new CartPoleVectorEnv(3, {
        suttonBartoReward: true,
        kinematicsIntegrator: 'semi-implicit-euler',
      }),
    () => new CartPole({ suttonBartoReward: true, kinematicsIntegrator: 'semi-implicit-euler' }),
    4,
  ],
  Pendulum: [() => new PendulumVectorEnv(3, { g: 9 }), () => new Pendulum({ g: 9 }), 2],
  MountainCar: [() => new MountainCarVectorEnv(3), () => new MountainCar(), 2],
  MountainCarContinuous: [
    () => new MountainCarContinuousVectorEnv(3, { goalVelocity: 0.01 }),
    () => new MountainCarContinuous({ goalVelocity: 0.01 }),
    2,
  ],
  Acrobot: [
    () => new AcrobotVectorEnv(3, { bookOrNips: 'nips' }),
    () => new Acrobot({ bookOrNips: 'nips' }),
    4,
  ],
};
interface State {
  readonly state: Float64Array | Float32Array;
}
// Actions are drawn from the space, so their kind does not matter here.
type Batched = VectorEnv<Float32Array, unknown> & { readonly states: Float64Array | Float32Array };

describe('batched controls move as single ones', () => {
  for (const [name, [makeMany, makeOne, size]] of Object.entries(controls)) {
    test(`${name}, through the ends of episodes`, () => {
      const generator = new Generator(5);
      const many = makeMany();
      many.reset({ seed: 3 });
      const ones = [makeOne(), makeOne(), makeOne()];
      const take = (i: number): void => {
        ones[i]!.reset();
        ones[i]!.state.set(many.states.subarray(size * i, size * (i + 1)));
      };
      ones.forEach((_, i) => take(i));
      let ends = 0;
      for (let t = 0; t < 120; t++) {
        const actions = ones.map(() => many.singleActionSpace.sample({ generator }));
        const { observations, rewards, terminated, resets } = many.step(actions);
        const width = observations.length / 3;
        ones.forEach((one, i) => {
          if (resets[i] === 1) {
            take(i);
            return;
          }
          const step = one.step(actions[i]!);
          expect(observations.subarray(width * i, width * (i + 1))).toEqual(step.observation);
          expect(rewards[i]).toBe(step.reward);
          expect(terminated[i]).toBe(Number(step.terminated));
          ends += terminated[i]!;
        });
        // Most would need more than random pushes to get to an end.
        if (t === 60 && name !== 'Pendulum') {
          many.states.set(name === 'Acrobot' ? [2, 0, 3, 0] : [0.499, 0.07]);
          take(0);
        }
      }
      if (name !== 'Pendulum') expect(ends).toBeGreaterThan(0);
    });
  }

  test('start as the options of a reset say, those that begin by themselves too', () => {
    const envs = new CartPoleVectorEnv(2, { autoresetMode: 'same-step', maxEpisodeSteps: 1 });
    const { observations } = envs.reset({ seed: 1, options: { low: 0.1, high: 0.1 } });
    expect([...observations]).toEqual(new Array(8).fill(Math.fround(0.1)));
    expect([...envs.step([0, 0]).observations]).toEqual([...observations]);
    const pendulums = new PendulumVectorEnv(1);
    expect([...pendulums.reset({ options: { xInit: 0, yInit: 0 } }).observations]).toEqual([
      1, 0, 0,
    ]);
    expect(() => envs.reset({ options: { low: 1, high: 0 } })).toThrow(
      'CartPoleVectorEnv: low must be at most high, 0, got 1.',
    );
  });

  test('name the options that they do not have', () => {
    expect(() => new AcrobotVectorEnv(1, { torque: 1 } as never)).toThrow(
      'AcrobotVectorEnv: there is no option "torque"',
    );
    expect(() => new CartPoleVectorEnv(1, { maxEpisodeSteps: 0 })).toThrow(
      'CartPoleVectorEnv: maxEpisodeSteps must be a whole number',
    );
  });
});

describe('makeVec', () => {
  test('takes the batched environment where there is one, with the limit of the id', () => {
    const envs = makeVec('CartPole-v0', 3, { suttonBartoReward: true });
    expect(envs).toBeInstanceOf(CartPoleVectorEnv);
    expect(envs).toMatchObject({ numEnvs: 3, maxEpisodeSteps: 200, autoresetMode: 'next-step' });
    expect(makeVec('MountainCarContinuous-v0', 2)).toMatchObject({ maxEpisodeSteps: 999 });
    expect(makeVec('Acrobot-v1', 2, { maxEpisodeSteps: 7 })).toMatchObject({ maxEpisodeSteps: 7 });
    expectTypeOf(envs).toEqualTypeOf<VectorEnv>();
  });

  test('steps the others, or those it is told to, one after another', () => {
    const lakes = makeVec('FrozenLake-v1', 2, { isSlippery: false, autoresetMode: 'same-step' });
    lakes.reset();
    expect([...lakes.step([1, 2]).observations]).toEqual([4, 1]);
    const carts = makeVec('CartPole-v1', 2, { vectorizationMode: 'sync', maxEpisodeSteps: 1 });
    expect(carts).toBeInstanceOf(SyncVectorEnv);
    carts.reset();
    expect([...carts.step([0, 1]).truncated]).toEqual([1, 1]);
  });

  test('takes what is registered as batched', () => {
    register('tests/Many-v0', {
      create: () => new Pendulum(),
      createVector: (n, options?: object) => new PendulumVectorEnv(n, options),
    });
    expect(makeVec('tests/Many', 4)).toMatchObject({ numEnvs: 4, maxEpisodeSteps: Infinity });
  });

  test('names what does not fit', () => {
    expect(() => makeVec('CartPol-v1', 1)).toThrow(
      "makeVec: there is no environment 'CartPol-v1'; the nearest is CartPole-v1.",
    );
    expect(() => makeVec('Taxi-v4', 1, { vectorizationMode: 'batched' })).toThrow(
      'makeVec: there is no batched Taxi-v4; leave vectorizationMode out.',
    );
    expect(() => makeVec('Taxi-v4', 0)).toThrow('makeVec: numEnvs must be a whole number');
    expect(() => makeVec('Taxi-v4', 1, { vectorizationMode: 'async' as never })).toThrow(
      "makeVec: vectorizationMode must be 'batched' or 'sync', got 'async'.",
    );
    expect(() => makeVec('Taxi-v4', 1, null as never)).toThrow(
      'makeVec: options must be an object, got null.',
    );
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

test('SyncVectorEnv names the environment that shows another number of numbers than its space says', () => {
  const short = new CartPole();
  const { reset } = short;
  short.reset = (options) => ({ ...reset.call(short, options), observation: new Float32Array(3) });
  const envs = new SyncVectorEnv([() => new CartPole(), () => short]);
  expect(() => envs.reset()).toThrow(
    'SyncVectorEnv: what is seen of environment 1 must be a list of 4, got 3.',
  );
});
