import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import { drawBeta } from './draw-beta.ts';
import {
  BernoulliBandit,
  EpsilonGreedy,
  GaussianBandit,
  GaussianThompsonSampling,
  GradientBandit,
  playBandit,
  SoftmaxExploration,
  ThompsonSampling,
  UCB1,
  type Bandit,
  type BanditAgent,
} from './index.ts';

const mean = (list: ArrayLike<number>): number =>
  Array.from(list).reduce((a, b) => a + b, 0) / list.length;

/** The mean regret of a step over many bandits, each with a generator of its own. */
function regret(
  make: (generator: Generator) => Bandit,
  agent: (arms: number, generator: Generator) => BanditAgent,
  [bandits, steps]: readonly [number, number] = [200, 500],
): number {
  const runs = Array.from({ length: bandits }, (_, i) => {
    const bandit = make(new Generator(i));
    return mean(playBandit(bandit, agent(bandit.arms, new Generator(1000 + i)), steps).regrets);
  });
  return mean(runs);
}
const testbed = (generator: Generator): Bandit => GaussianBandit.draw(10, { generator });
const greedy =
  (epsilon: number, stepSize?: number) =>
  (arms: number, generator: Generator): BanditAgent =>
    new EpsilonGreedy(arms, {
      epsilon,
      generator,
      ...(stepSize === undefined ? {} : { stepSize }),
    });

test('ε = 0.1 beats 0 and 1 in mean regret over 200 bandits', () => {
  const [none, some, all] = [0, 0.1, 1].map((epsilon) => regret(testbed, greedy(epsilon)));
  expect(some).toBeLessThan(0.8 * none!);
  expect(some).toBeLessThan(0.4 * all!);
  expect(all).toBeGreaterThan(1.4); // the best of ten draws of N(0, 1) lies 1.54 above their mean
  expect(all).toBeLessThan(1.7);
});

test('all others beat chance by far, and UCB1 and Thompson beat ε-greedy', () => {
  const size = [60, 500] as const;
  const epsilon = regret(testbed, greedy(0.1), size);
  const of = (make: (arms: number, options: { generator: Generator }) => BanditAgent): number =>
    regret(testbed, (arms, generator) => make(arms, { generator }), size);
  expect(of((arms, options) => new UCB1(arms, options))).toBeLessThan(epsilon);
  expect(of((arms, options) => new GaussianThompsonSampling(arms, options))).toBeLessThan(epsilon);
  expect(of((arms, options) => new SoftmaxExploration(arms, options))).toBeLessThan(0.5);
  expect(of((arms, options) => new GradientBandit(arms, options))).toBeLessThan(0.6);
});

test('with rewards of 0 and 1, Thompson sampling has less regret than UCB1 and than ε-greedy', () => {
  const coins = (generator: Generator): Bandit =>
    new BernoulliBandit([0.2, 0.4, 0.5, 0.7], { generator });
  const size = [25, 1500] as const;
  const thompson = regret(
    coins,
    (arms, generator) => new ThompsonSampling(arms, { generator }),
    size,
  );
  expect(thompson).toBeLessThan(regret(coins, (arms, generator) => new UCB1(arms, { generator }), size)); // prettier-ignore
  expect(thompson).toBeLessThan(regret(coins, greedy(0.1), size));
});

test('on a bandit that drifts, a constant step size beats the mean of all rewards', () => {
  const drifting = (generator: Generator): Bandit =>
    new GaussianBandit(new Float64Array(10), { drift: 0.05, generator });
  const size = [12, 2000] as const;
  expect(regret(drifting, greedy(0.1, 0.1), size)).toBeLessThan(
    0.8 * regret(drifting, greedy(0.1), size),
  );
});

test('a drifting mean walks by the square root of the time', () => {
  const ends = Array.from({ length: 400 }, (_, seed) => {
    const bandit = new GaussianBandit([0], { drift: 0.1, generator: new Generator(seed) });
    for (let t = 0; t < 25; t++) bandit.pull(0);
    return bandit.means[0]! ** 2;
  });
  expect(Math.abs(mean(ends) - 0.25)).toBeLessThan(0.06); // 25 steps of variance 0.01; 3 standard errors
});

test('optimism at the start explores without ε', () => {
  const hopeful = (arms: number, generator: Generator): BanditAgent =>
    new EpsilonGreedy(arms, { epsilon: 0, initial: 5, stepSize: 0.1, generator });
  const size = [60, 600] as const;
  expect(regret(testbed, hopeful, size)).toBeLessThan(0.7 * regret(testbed, greedy(0), size));
});

test('a baseline makes the gradient bandit indifferent to what is added to all rewards', () => {
  const above = (generator: Generator): Bandit => {
    const bandit = GaussianBandit.draw(10, { generator });
    bandit.means.forEach((m, i) => (bandit.means[i] = m + 4));
    return bandit;
  };
  const of = (baseline: boolean): number =>
    regret(above, (arms, generator) => new GradientBandit(arms, { baseline, generator, lr: 0.4 }), [60, 500]); // prettier-ignore
  expect(of(true)).toBeLessThan(0.7 * of(false));
});

test("the gradient bandit's baseline includes the current reward: the first moves nothing", () => {
  const agent = new GradientBandit(3);
  agent.learn(0, 7);
  expect([...agent.preferences]).toEqual([0, 0, 0]);
  agent.learn(1, 9); // mean 8
  expect(agent.preferences[1]).toBeCloseTo(0.1 * 1 * (2 / 3), 14);
  expect(agent.preferences[0]).toBeCloseTo(-0.1 / 3, 14);
});

test('UCB1 pulls every arm once, then follows its bounds', () => {
  const agent = new UCB1(3, { c: 2, generator: new Generator(1) });
  const first = new Set<number>();
  for (const reward of [0.1, 0.5, 0.3]) {
    const arm = agent.act();
    first.add(arm);
    agent.learn(arm, reward);
  }
  expect(first.size).toBe(3);
  const next = agent.act(); // equal counts: the best mean
  expect(agent.values[next]).toBe(0.5);
});

test('Beta draws have the mean and the variance of Beta(3, 5)', () => {
  const generator = new Generator(2);
  const draws = Array.from({ length: 20_000 }, () => drawBeta(3, 5, generator));
  const m = mean(draws);
  expect(Math.abs(m - 3 / 8)).toBeLessThan(0.004);
  expect(Math.abs(mean(draws.map((x) => (x - m) ** 2)) - 15 / 576)).toBeLessThan(0.001);
});

test('one seed, one run', () => {
  const run = (): number[] => [
    ...playBandit(testbed(new Generator(3)), new UCB1(10, { generator: new Generator(4) }), 50)
      .rewards,
  ];
  expect(run()).toEqual(run());
});

describe('errors', () => {
  test.each([
    [() => new EpsilonGreedy(0), 'EpsilonGreedy: arms must be a whole number ≥ 1, got 0.'],
    [() => new EpsilonGreedy(2, { epsilon: 2 }), 'EpsilonGreedy: epsilon must be from 0 to 1, got 2.'],
    [() => new EpsilonGreedy(2, { eps: 1 } as never), 'EpsilonGreedy: there is no option "eps"'],
    [() => new EpsilonGreedy(2).learn(2, 1), 'EpsilonGreedy: the arm must be a whole number from 0 to 1, got 2.'],
    [() => new EpsilonGreedy(2).learn(1, Number.NaN), 'EpsilonGreedy: the reward must be finite, got NaN.'],
    [() => new GaussianBandit([]), 'GaussianBandit: the number of arms must be ≥ 1, got 0.'],
    [() => new GaussianBandit([1, Infinity]), 'GaussianBandit: means[1] must be finite, got Infinity.'],
    [() => new GaussianBandit([1]).pull(1), 'GaussianBandit: the arm must be a whole number from 0 to 0, got 1.'],
    [() => new BernoulliBandit([1.5]), 'BernoulliBandit: the probability of arm 0 must be from 0 to 1, got 1.5.'],
    [() => new ThompsonSampling(2).learn(0, 2), 'ThompsonSampling: the reward must be from 0 to 1, got 2.'],
    [() => new SoftmaxExploration(2, { temperature: 0 }), 'SoftmaxExploration: temperature must be'],
    [() => new UCB1(2, { generator: 3 as never }), 'UCB1: generator must be a Generator, got 3. Use new Generator(seed).'],
    [() => playBandit(null as never, new UCB1(2), 1), 'playBandit: needs a bandit with pull(arm), got null.'],
    [() => playBandit(new BernoulliBandit([1]), 'me' as never, 1), "playBandit: needs an agent with act and learn, got 'me'."],
  ])('%#: $1', (call, message) => {
    expect(call).toThrow(message);
  }); // prettier-ignore
});
