import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import { TabularEnv, type Outcome } from '../environments/index.ts';
import { monteCarlo, td0 } from './index.ts';

/** Example 6.2: five states in a row, a step to either side by chance; only the right end pays. */
const walk = (): TabularEnv => {
  const row = (s: number): readonly Outcome[] => [
    [0.5, Math.max(0, s - 1), 0, s === 0],
    [0.5, Math.min(4, s + 1), Number(s === 4), s === 4],
  ];
  return new TabularEnv(
    Array.from({ length: 5 }, (_, s) => [row(s)]),
    [0, 0, 1, 0, 0],
  );
};
const policy = Array.from({ length: 5 }, () => [1]);
const truth = [1, 2, 3, 4, 5].map((n) => n / 6);
const apart = (V: Float64Array): number =>
  Math.max(...Array.from(V, (v, s) => Math.abs(v - truth[s]!)));

describe('the random walk of Sutton and Barto', () => {
  test('TD(0) comes to n / 6', async () => {
    const { V } = await td0(walk(), policy, {
      episodes: 4000,
      gamma: 1,
      alpha: (progress) => 1 / (10 + 200 * progress),
      initial: 0.5,
      generator: new Generator(1),
    });
    expect(apart(V)).toBeLessThan(0.04);
  });

  test.each(['first', 'every'] as const)(
    'Monte Carlo of %s visits comes to n / 6',
    async (visits) => {
      const { V } = await monteCarlo(walk(), policy, {
        episodes: 4000,
        gamma: 1,
        visits,
        generator: new Generator(1),
      });
      expect(apart(V)).toBeLessThan(0.04);
    },
  );
});

test('first and every visit differ as they should: 1 stays once, then ends', async () => {
  // 0 pays 1 and goes back to 0, then 1 pays 1 and ends: returns of 0 are 3, 2; first visits see only 3.
  let steps = 0;
  const env = {
    ...walk(),
    observationSpace: { ...walk().observationSpace, n: 2 },
    actionSpace: { ...walk().actionSpace, n: 1 },
    reset: () => ({ observation: (steps = 0), info: {} }),
    step: () => {
      steps++;
      const observation = steps < 2 ? 0 : 1;
      return { observation, reward: 1, terminated: steps === 3, truncated: false, info: {} };
    },
  } as unknown as TabularEnv; // all that is called of one
  const run = async (visits: 'first' | 'every'): Promise<number[]> => [
    ...(await monteCarlo(env, [[1], [1]], { episodes: 5, gamma: 1, visits })).V,
  ];
  expect(await run('first')).toEqual([3, 1]);
  expect(await run('every')).toEqual([2.5, 1]);
});

test('what is cut off has a value: 1 for ever with 0.5 is 2', async () => {
  const env = new TabularEnv([[[[1, 0, 1, false]]]], [1]);
  const options = { episodes: 60, gamma: 0.5, maxSteps: 10 };
  expect((await td0(env, [[1]], { ...options, alpha: 0.5 })).V[0]).toBeCloseTo(2, 6);
  expect((await monteCarlo(env, [[1]], options)).V[0]).toBeCloseTo(2, 2);
});

test('a state that never was visited is worth NaN to Monte Carlo', async () => {
  const env = new TabularEnv([[[[1, 0, 1, true]]], [[[1, 1, 0, true]]]], [1, 0]);
  expect((await monteCarlo(env, [[1], [1]], { episodes: 1 })).V[1]).toBeNaN();
});

test('mistakes are named', async () => {
  await expect(td0(walk(), [[1]], { episodes: 1 })).rejects.toThrow(
    'td0: the policy must have a row for each of 5 states, got 1 rows.',
  );
  await expect(
    monteCarlo(walk(), policy, { episodes: 1, visits: 'last' as never }),
  ).rejects.toThrow("monteCarlo: visits must be 'first' or 'every', got 'last'.");
});
