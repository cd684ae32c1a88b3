import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import { CliffWalking, FrozenLake, TabularEnv } from '../environments/index.ts';
import { MDP, valueIteration } from '../planning/index.ts';
import {
  doubleQLearning,
  dynaQ,
  expectedSarsa,
  monteCarloControl,
  nStepSarsa,
  qLearning,
  sarsa,
  sarsaLambda,
  type ControlOptions,
  type ControlResult,
  type TabularTask,
} from './index.ts';

const apart = (a: readonly Float64Array[], b: readonly Float64Array[]): number =>
  Math.max(...a.flatMap((row, s) => Array.from(row, (q, i) => Math.abs(q - b[s]![i]!))));
const mean = (list: Float64Array): number => list.reduce((a, b) => a + b, 0) / list.length;

/** The two states of the course: stay or go. */
const two = (): TabularEnv =>
  new TabularEnv(
    [
      [[[1, 0, 0, false]], [[1, 1, 1, false]]],
      [[[1, 1, 2, false]], [[1, 0, 0, false]]],
    ],
    [1, 0],
  );
const methods: readonly (readonly [
  string,
  (env: TabularTask, options: ControlOptions) => Promise<ControlResult>,
])[] = [
  ['qLearning', qLearning],
  ['sarsa', sarsa],
  ['expectedSarsa', expectedSarsa],
  ['doubleQLearning', doubleQLearning],
  ['dynaQ', dynaQ],
  ['nStepSarsa', nStepSarsa],
  ['sarsaLambda', sarsaLambda],
  ['monteCarloControl', monteCarloControl],
];
const offPolicy = ['qLearning', 'doubleQLearning', 'dynaQ'];

describe.each(methods)('%s', (name, learn) => {
  test('finds the values of two states, to 0.01, from cut episodes: what is cut off counts', async () => {
    // On-policy methods find the best values as ε goes to 0.
    const epsilon = (progress: number): number =>
      progress < 1 / 6 ? 1 : 0.3 * 0.94 ** (300 * progress - 50);
    const greedy = offPolicy.includes(name);
    const { Q } = await learn(two(), {
      episodes: 300,
      maxSteps: 100,
      gamma: 0.9,
      alpha: 0.2,
      epsilon: greedy ? 1 : epsilon,
      generator: new Generator(1),
    });
    const best = valueIteration(MDP.fromTransitions(two().P), { gamma: 0.9 });
    if (greedy) expect(apart(Q, best.Q)).toBeLessThan(0.01);
    else expect(Math.abs(Q[1]![0]! - 20)).toBeLessThan(0.01);
    expect(Math.abs(Q[0]![1]! - 19)).toBeLessThan(greedy ? 0.01 : 0.1);
  });

  test('learns to walk along the cliff', async () => {
    const { returns, lengths, Q } = await learn(new CliffWalking(), {
      episodes: 400,
      gamma: 1,
      alpha: 0.5,
      generator: new Generator(1),
    });
    expect(returns.length).toBe(400);
    expect(Q[36]!.length).toBe(4);
    expect(mean(returns.subarray(300))).toBeGreaterThan(-90);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(13);
  });

  test('one seed, one run', async () => {
    const run = async (): Promise<number[]> => {
      const options = { episodes: 30, generator: new Generator(5) };
      return [...(await learn(new FrozenLake(), options)).lengths];
    };
    expect(await run()).toEqual(await run());
  });

  test('reports each episode, and ends when it is told to', async () => {
    const seen: number[] = [];
    const abort = new AbortController();
    const work = learn(two(), {
      episodes: 50,
      maxSteps: 10,
      onProgress: ({ episode, length }) => {
        expect(length).toBe(10);
        if (seen.push(episode) === 3) abort.abort(new Error('enough'));
      },
      signal: abort.signal,
    });
    await expect(work).rejects.toThrow('enough');
    expect(seen).toEqual([1, 2, 3]);
  });

  test('gives way in the middle of an episode, and ends there when it is told to', async () => {
    const reason = new Error('enough');
    const abort = new AbortController();
    setTimeout(() => abort.abort(reason), 1);
    const options = { episodes: 1, maxSteps: 1e9, signal: abort.signal };
    await expect(learn(two(), options)).rejects.toBe(reason);
  });

  test('names mistakes', async () => {
    await expect(learn(two(), {} as never)).rejects.toThrow(
      `${name}: episodes must be a whole number ≥ 0, got undefined.`,
    );
    await expect(learn(two(), { episodes: 1, alpha: 2 })).rejects.toThrow(
      `${name}: alpha must be from 0 to 1, got 2.`,
    );
    await expect(learn(null as never, { episodes: 1 })).rejects.toThrow(
      `${name}: needs an environment with reset and step, got null.`,
    );
    await expect(learn(two(), { episodes: 1, lr: 1 } as never)).rejects.toThrow(
      `${name}: there is no option "lr"`,
    );
    const broken: TabularTask = Object.assign(two(), {
      step: () => ({ observation: 7, reward: 0, terminated: false, truncated: false, info: {} }),
    });
    await expect(learn(broken, { episodes: 1 })).rejects.toThrow(
      `${name}: an observation must be a whole number from 0 to 1, got 7.`,
    );
  });
});

test('Q-learning comes within 0.01 of value iteration on the frozen lake without slipping', async () => {
  const env = new FrozenLake({ isSlippery: false });
  const { Q } = await qLearning(env, {
    episodes: 4000,
    gamma: 0.9,
    alpha: 0.5,
    epsilon: 1,
    generator: new Generator(1),
  });
  const best = valueIteration(MDP.fromTransitions(env.P), { gamma: 0.9 });
  // Nothing is learned of holes and goal, where no action is taken.
  expect(apart(Q, best.Q)).toBeLessThan(0.01);
});

test('example 6.6: Q-learning learns the shorter way, SARSA falls less often', async () => {
  const options = (): ControlOptions => ({
    episodes: 500,
    gamma: 1,
    alpha: 0.5,
    generator: new Generator(3),
  });
  const q = await qLearning(new CliffWalking(), options());
  const s = await sarsa(new CliffWalking(), options());
  expect(mean(s.returns.subarray(200))).toBeGreaterThan(mean(q.returns.subarray(200)) + 10);
  expect(Math.max(...q.Q[36]!)).toBeCloseTo(-13, 1);
});

test('example 6.7: chance misleads Q-learning to the left more often than double Q-learning', async () => {
  // In A (0) left leads to B (1), whose ten actions pay -0.1 on average with deviation 1; right ends.
  const draws = new Generator(9);
  const task = (): TabularTask => {
    let s = 0;
    return {
      observationSpace: two().observationSpace,
      actionSpace: { n: 10 } as TabularTask['actionSpace'],
      reset: () => ({ observation: (s = 0), info: {} }),
      step: (action) => {
        const ends = s === 1 || action > 0;
        const reward = s === 1 ? draws.normal() - 0.1 : 0;
        s = 1;
        return { observation: 1, reward, terminated: ends, truncated: false, info: {} };
      },
    };
  };
  const left = async (learn: typeof qLearning): Promise<number> => {
    let count = 0;
    for (let seed = 0; seed < 100; seed++) {
      const { lengths } = await learn(task(), {
        episodes: 100,
        gamma: 1,
        generator: new Generator(seed),
      });
      count += lengths.filter((length) => length === 2).length;
    }
    return count / 10_000;
  };
  expect(await left(doubleQLearning)).toBeLessThan(0.8 * (await left(qLearning)));
});
