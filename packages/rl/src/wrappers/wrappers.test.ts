import { Generator } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Env } from '../env.ts';
import { CartPole } from '../environments/cart-pole.ts';
import { FrozenLake } from '../environments/frozen-lake.ts';
import { checkEnv } from '../environments/check-env.ts';
import { make } from '../environments/registry.ts';
import { Discrete } from '../spaces/discrete.ts';
import { ClipAction } from './clip-action.ts';
import { DelayObservation } from './delay-observation.ts';
import { DiscretizeAction, DiscretizeObservation } from './discretize.ts';
import { FlattenObservation } from './flatten-observation.ts';
import { FrameStackObservation } from './frame-stack-observation.ts';
import { MaxAndSkipObservation } from './max-and-skip-observation.ts';
import { NormalizeObservation, NormalizeReward } from './normalize.ts';
import { RecordEpisodeStatistics } from './record-episode-statistics.ts';
import { RepeatAction } from './repeat-action.ts';
import { RescaleAction, RescaleObservation } from './rescale.ts';
import { RunningMeanStd } from './running-mean-std.ts';
import { StickyAction } from './sticky-action.ts';
import { TimeAwareObservation } from './time-aware-observation.ts';
import { TransformAction } from './transform-action.ts';
import { TransformObservation } from './transform-observation.ts';
import { ClipReward, TransformReward } from './transform-reward.ts';
import { unwrapped } from './wrapper.ts';

type Continuous = Env<Float32Array, Float32Array>;

describe('wrappers around environments', () => {
  const wrapped: Readonly<Record<string, () => Env<never, never>>> = {
    FlattenObservation: () => new FlattenObservation(make('Blackjack-v1')),
    FrameStackObservation: () => new FrameStackObservation(make('CartPole-v1'), 3),
    StickyAction: () => new StickyAction(make('Taxi-v4'), 0.5, { repeatActionDuration: [1, 3] }),
    RescaleObservation: () => new RescaleObservation(make('MountainCar-v0'), -1, 1),
    RecordEpisodeStatistics: () => new RecordEpisodeStatistics(make('FrozenLake-v1')),
    RescaleAction: () => new RescaleAction(make('Pendulum-v1'), -1, [1]),
    MaxAndSkipObservation: () => new MaxAndSkipObservation(make('Acrobot-v1')),
    ClipReward: () => new ClipReward(make('CliffWalking-v1'), -1, Infinity),
    RepeatAction: () => new RepeatAction(make('Taxi-v4'), 3),
    DelayObservation: () => new DelayObservation(make('Pendulum-v1'), 2),
    TimeAwareObservation: () => new TimeAwareObservation(new StickyAction(make('Acrobot-v1'), 0.1)),
    DiscretizeObservation: () => new DiscretizeObservation(make('MountainCar-v0'), [7, 8]),
    DiscretizeAction: () => new DiscretizeAction(make('Pendulum-v1'), 5),
  } as unknown as Readonly<Record<string, () => Env<never, never>>>; // checkEnv takes any kind
  for (const [name, maker] of Object.entries(wrapped)) {
    test(`${name} holds what checkEnv looks for`, () => {
      expect(() => checkEnv(maker(), { steps: 300 })).not.toThrow();
    });
  }

  test('NormalizeObservation stops to learn when told to', () => {
    const env = new NormalizeObservation(new CartPole());
    env.reset({ seed: 1 });
    const { count } = env.observationStatistics;
    env.updateRunningMean = false;
    env.step(1);
    expect(env.observationStatistics.count).toBe(count);
    env.updateRunningMean = true;
    env.step(1);
    expect(env.observationStatistics.count).toBe(count + 1);
  });

  test('RunningMeanStd has mean and variance of all but for what it starts with', () => {
    const generator = new Generator(2);
    const seen = new RunningMeanStd(1);
    for (let i = 0; i < 20_000; i++) seen.update([5 + 3 * generator.normal()]);
    expect(seen.mean[0]).toBeCloseTo(5, 1);
    expect(Math.sqrt(seen.variance[0]!)).toBeCloseTo(3, 1);
    expect(() => seen.update([1, 2])).toThrow(
      'RunningMeanStd: what is seen must be a list of 1, got 2.',
    );
  });

  test('StickyAction repeats as often and as long as it is told', () => {
    const run = (probability: number, duration: number | readonly [number, number]): number[] => {
      const taken: number[] = [];
      const plain = new CartPole();
      const inner: Env = {
        ...plain,
        observationSpace: plain.observationSpace,
        actionSpace: new Discrete(10_000),
        reset: () => ({ observation: new Float32Array(4), info: {} }),
        step: (action) => {
          taken.push(action);
          return { observation: new Float32Array(4), reward: 0, terminated: false, truncated: false, info: {} }; // prettier-ignore
        },
      };
      const env = new StickyAction(inner, probability, { repeatActionDuration: duration });
      env.reset({ seed: 3 });
      for (let i = 0; i < 6000; i++) env.step(i);
      return taken.map((action, i) => i - action);
    };
    expect(run(0, 1).every((late) => late === 0)).toBe(true);
    const once = run(0.25, 1);
    expect(once).toEqual(run(0.25, 1)); // the same seed
    expect(once.filter((late) => late > 0).length / 6000).toBeCloseTo(0.25, 1);
    // In a row of three repeats, the third is three steps late; with one more row it is later still.
    const threefold = run(0.1, 3).filter((late) => late > 0);
    expect(threefold.length / 6000).toBeCloseTo(0.3 / 1.2, 1);
    expect(threefold.filter((late) => late === 3).length).toBeGreaterThan(threefold.length / 4);
  });

  test('RecordEpisodeStatistics tells returns and lengths of the last episodes', () => {
    const env = new RecordEpisodeStatistics(make('FrozenLake-v1', { isSlippery: false }), {
      bufferLength: 2,
    });
    for (const way of [
      [2, 1],
      [2, 2, 1, 1, 1, 2],
      [1, 1, 1],
      [1, 2],
    ]) {
      env.reset();
      const steps = way.map((action) => env.step(action));
      expect(steps[0]!.info).toEqual({ prob: 1 });
      const r = way.length === 6 ? 1 : 0;
      expect(steps.at(-1)!.info).toMatchObject({ episode: { r, l: way.length } });
    }
    expect([env.episodeCount, env.returnQueue, env.lengthQueue]).toEqual([4, [0, 0], [3, 2]]);
    const twice = new RecordEpisodeStatistics(
      new RecordEpisodeStatistics(new FrozenLake({ isSlippery: false })),
    );
    twice.reset();
    twice.step(2);
    expect(() => twice.step(1)).toThrow(
      "RecordEpisodeStatistics: the info of the environment has 'episode' already; choose another statsKey.",
    );
  });

  test('TimeAwareObservation shows steps, or their share of the limit', () => {
    const inner = make('CartPole-v1', { maxEpisodeSteps: 8 });
    const env = new TimeAwareObservation(inner);
    expect(env.reset({ seed: 1 }).observation[4]).toBe(0);
    env.step(0);
    expect(env.step(1).observation[4]).toBe(2);
    expect(env.observationSpace.high[4]).toBe(8);
    const share = new TimeAwareObservation(inner, { normalizeTime: true });
    share.reset();
    expect(share.step(0).observation[4]).toBe(1 / 8);
  });

  test('RescaleAction and RescaleObservation take bounds to bounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        (low, width) => {
          const seen = new RescaleObservation(make('MountainCar-v0'), low, low + width);
          seen.reset({ options: { low: 0.6, high: 0.6 } });
          const { observation } = seen.reset({ options: { low: -1.2, high: -1.2 } });
          expect(observation[0]).toBeCloseTo(low, 4);
          const env = new RescaleAction(make('MountainCarContinuous-v0'), low, low + width);
          env.reset();
          // A force of 1 costs 0.1, and none costs nothing.
          expect(env.step(Float32Array.of(low + width)).reward).toBeCloseTo(-0.1, 5);
          expect(env.step(Float32Array.of(low + width / 2)).reward).toBeCloseTo(0, 5);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('MaxAndSkipObservation ends with the episode', () => {
    const env = new MaxAndSkipObservation(make('CartPole-v1', { maxEpisodeSteps: 3 }), 8);
    env.reset({ seed: 1 });
    expect(env.step(0)).toMatchObject({ reward: 3, truncated: true });
  });

  test('functions of one’s own change observations, actions and rewards', () => {
    const env = new TransformReward(
      new TransformAction(
        new TransformObservation(
          new FrozenLake({ isSlippery: false }),
          (s) => s % 4,
          new Discrete(4),
        ),
        (forward: boolean) => (forward ? 2 : 0),
        { sample: () => true, contains: (x): x is boolean => typeof x === 'boolean' },
      ),
      (reward) => reward - 1,
    );
    env.reset();
    expect(env.step(true)).toMatchObject({ observation: 1, reward: -1 });
    expect(env.render!()).toContain('[F]');
    expect(unwrapped(env)).toBeInstanceOf(FrozenLake);
  });
});

describe('wrappers name what does not fit', () => {
  const cart = new CartPole();
  const lake = new FrozenLake();
  const pendulum = (): Continuous => make('Pendulum-v1');
  const refused: readonly (readonly [() => unknown, string])[] = [
    [
      () => new DiscretizeObservation(cart, 3),
      'DiscretizeObservation: bins need two bounds that differ, got -Infinity and Infinity at 1; clip or rescale first.',
    ],
    [
      () => new DiscretizeAction(pendulum(), [2, 2]),
      'DiscretizeAction: bins must be a number or a list of 1, got 2.',
    ],
    [
      () => new DiscretizeAction(pendulum(), 2).step(2),
      'DiscretizeAction: an action must be in Discrete(2), got 2.',
    ],
    [() => new RepeatAction(cart, 0), 'RepeatAction: numRepeats must be a whole number'],
    [() => new DelayObservation(cart, -1), 'DelayObservation: delay must be a whole number'],
    [
      () => new TimeAwareObservation(cart),
      'TimeAwareObservation: needs a TimeLimit around the environment, got none; make gives one.',
    ],
    [
      () => new FrameStackObservation(lake as never, 2),
      'FrameStackObservation: observations must be from a Box, got Discrete(16); put a FlattenObservation around the environment first.',
    ],
    [
      () => new FrameStackObservation(cart, 0),
      'FrameStackObservation: stackSize must be a whole number',
    ],
    [
      () => new FrameStackObservation(cart, 2, { paddingType: 'last' as never }),
      "FrameStackObservation: paddingType must be 'reset', 'zero' or in Box(",
    ],
    [
      () => new ClipAction(cart as never),
      'ClipAction: actions must be from a Box, got Discrete(2).',
    ],
    [() => new ClipAction(null as never), 'ClipAction: actions must be from a Box, got undefined.'],
    [
      () => new RescaleAction(pendulum(), 1, 1),
      'RescaleAction: two bounds must differ, got -2 and 2 to be 1 and 1 at 0.',
    ],
    [
      () => new RescaleObservation(cart, -1, 1),
      'RescaleObservation: an infinite bound must stay infinite, got -1 in the place of -Infinity at 1.',
    ],
    [
      () => new ClipReward(cart, 1, 0),
      'ClipReward: minReward must be at most maxReward, 0, got 1.',
    ],
    [
      () => new ClipReward(cart, '0' as never, 0),
      "ClipReward: minReward must be a number, got '0'.",
    ],
    [
      () => new StickyAction(cart, 1),
      'StickyAction: repeatActionProbability must be at least 0 and below 1, got 1.',
    ],
    [
      () => new StickyAction(cart, 0.5, { repeatActionDuration: [3, 2] }),
      'StickyAction: the most of repeatActionDuration must be a whole number',
    ],
    [
      () => new StickyAction(cart, 0.5, { repeatActionDuration: 'x' as never }),
      "StickyAction: repeatActionDuration must be a number or [least, most], got 'x'.",
    ],
    [
      () => new NormalizeReward(cart, { gamma: 2 }),
      'NormalizeReward: gamma must be from 0 to 1, got 2.',
    ],
    [
      () => new NormalizeObservation(cart, { epsilon: 0 }),
      'NormalizeObservation: epsilon must be > 0, got 0.',
    ],
    [
      () => new MaxAndSkipObservation(cart, 1),
      'MaxAndSkipObservation: skip must be a whole number',
    ],
    [() => new TransformReward(cart, 2 as never), 'TransformReward: needs a function, got 2.'],
    [
      () => new TransformObservation(cart, (x) => x, null as never),
      'TransformObservation: needs spaces, objects with sample and contains, got null.',
    ],
    [
      () =>
        new FlattenObservation({
          ...cart,
          reset: cart.reset,
          step: cart.step,
          observationSpace: {},
        } as never),
      'FlattenObservation: a space must be one of Box, Discrete,',
    ],
    [
      () => new NormalizeReward({} as never),
      'NormalizeReward: needs an environment, an object with',
    ],
  ];
  for (const [act, message] of refused) {
    test(message, () => {
      expect(act).toThrow(message);
    });
  }
});
