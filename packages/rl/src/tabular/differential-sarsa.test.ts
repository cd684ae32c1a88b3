import { Generator } from '@kasane/tensor-core';
import { expect, test } from 'vitest';
import { TabularEnv, type Outcome } from '../environments/index.ts';
import { MDP, solvePolicy } from '../planning/index.ts';
import { differentialSarsa } from './index.ts';

/** The two states of the course: stay or go. */
const two = (): TabularEnv =>
  new TabularEnv(
    [
      [[[1, 0, 0, false]], [[1, 1, 1, false]]],
      [[[1, 1, 2, false]], [[1, 0, 0, false]]],
    ],
    [1, 0],
  );

// Example 10.2: ten servers, each free again with probability 0.06 after a step, and customers of four priorities who
// pay 1, 2, 4 and 8, to be rejected (0) or accepted (1). A state is 4 * free servers + priority.
const SERVERS = 10;
const queue = (): TabularEnv => {
  /** How likely so many of the busy servers become free. */
  const freed = (busy: number): number[] => {
    let chances = [1];
    for (let i = 0; i < busy; i++) {
      chances = Array.from({ length: i + 2 }, (_, k) => 0.94 * (chances[k] ?? 0) + 0.06 * (chances[k - 1] ?? 0)); // prettier-ignore
    }
    return chances;
  };
  const after = (free: number, reward: number): Outcome[] =>
    freed(SERVERS - free).flatMap((p, k) =>
      [0, 1, 2, 3].map((next): Outcome => [p / 4, 4 * (free + k) + next, reward, false]),
    );
  const states = Array.from({ length: 4 * (SERVERS + 1) }, (_, s) => s);
  return new TabularEnv(
    states.map((s) => {
      const free = Math.floor(s / 4);
      return [after(free, 0), free === 0 ? after(0, 0) : after(free - 1, 2 ** (s % 4))];
    }),
    states.map((s) => (s >= 4 * SERVERS ? 0.25 : 0)),
  );
};

/** What the best policy pays a step, but for a coin's actions in one of ten, found by planning with a discount that is nearly none. */
function planned(): { rate: number; actions: Int32Array } {
  const mdp = MDP.fromTransitions(queue().P);
  const gamma = 1 - 1e-6;
  const soft = (actions: Int32Array): number[][] =>
    Array.from(actions, (a) => [a === 0 ? 0.95 : 0.05, a === 0 ? 0.05 : 0.95]);
  let actions = new Int32Array(mdp.numStates);
  for (;;) {
    const { V, Q } = solvePolicy(mdp, soft(actions), { gamma });
    const better = Int32Array.from(Q, ([reject, accept]) => Number(accept! > reject! + 1e-6));
    if (better.every((a, s) => a === actions[s])) return { rate: V[0]! * (1 - gamma), actions };
    actions = better;
  }
}

test('finds the average reward of two states by hand, with its exploration', async () => {
  // Of ten steps one is a coin's: from 0 it goes, and in 1 it stays, with probability 0.95.
  const inOne = 0.95;
  const expected = inOne * 0.95 * 2 + (1 - inOne) * 0.95;
  let [sum, count] = [0, 0];
  const { Q } = await differentialSarsa(two(), {
    steps: 100_000,
    beta: 0.005,
    alpha: (progress) => 0.1 * (1 - progress),
    generator: new Generator(1),
    onProgress: ({ averageReward, steps }) => {
      if (steps <= 50_000) return;
      sum += averageReward;
      count++;
    },
  });
  expect(sum / count).toBeCloseTo(expected, 1);
  expect(Math.abs(sum / count - expected)).toBeLessThan(0.01);
  // (stay in 1) − (go from 1) = 2 + v(1) − 0 − v(0), and v(1) − v(0) = 0.95: what is earned in 1 above what is in 0.
  expect(Q[1]![0]! - Q[1]![1]!).toBeCloseTo(2.95, 1);
  expect(Q[0]![1]! - Q[0]![0]!).toBeCloseTo(1.95, 1);
});

test('example 10.2: takes those who pay little only while many servers are free', async () => {
  const rates: number[] = [];
  const { Q } = await differentialSarsa(queue(), {
    steps: 300_000,
    alpha: 0.01,
    beta: 0.01,
    generator: new Generator(1),
    onProgress: ({ averageReward }) => rates.push(averageReward),
  });
  const { rate, actions } = planned();
  const later = rates.slice(150);
  const mean = later.reduce((a, b) => a + b) / later.length;
  expect(Math.abs(mean - rate)).toBeLessThan(0.03 * rate);
  // More than seven servers are seldom free.
  const known = Array.from({ length: 28 }, (_, i) => 4 + i);
  const same = known.filter((s) => Number(Q[s]![1]! > Q[s]![0]!) === actions[s]);
  expect(same.length).toBeGreaterThanOrEqual(24);
});

test('goes on where an episode ends', async () => {
  // One action pays 1 and ends: the average is 1 a step.
  const env = new TabularEnv([[[[1, 0, 1, true]]]], [1]);
  const { averageReward } = await differentialSarsa(env, { steps: 3000 });
  expect(averageReward).toBeCloseTo(1, 6);
});

test('ends when it is told to, and names mistakes', async () => {
  const abort = new AbortController();
  const work = differentialSarsa(two(), {
    steps: 1e9,
    onProgress: ({ steps }) => steps === 20_000 && abort.abort(new Error('enough')),
    signal: abort.signal,
  });
  await expect(work).rejects.toThrow('enough');
  await expect(differentialSarsa(two(), {} as never)).rejects.toThrow(
    'differentialSarsa: steps must be a whole number ≥ 0, got undefined.',
  );
  await expect(differentialSarsa(two(), { steps: 1, beta: 7 })).rejects.toThrow(
    'differentialSarsa: beta must be from 0 to 1, got 7.',
  );
});
