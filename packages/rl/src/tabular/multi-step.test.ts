import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import { CliffWalking, TabularEnv, type Outcome } from '../environments/index.ts';
import {
  monteCarloControl,
  nStepSarsa,
  nStepTd,
  sarsa,
  sarsaLambda,
  td0,
  tdLambda,
  type PredictionOptions,
} from './index.ts';

/** A row of states, a step to either side by chance; the left end pays -1, the right one 1. */
const walk = (states: number): TabularEnv => {
  const row = (s: number): readonly Outcome[] => [
    [0.5, Math.max(0, s - 1), -Number(s === 0), s === 0],
    [0.5, Math.min(states - 1, s + 1), Number(s === states - 1), s === states - 1],
  ];
  const middle = (states - 1) / 2;
  return new TabularEnv(
    Array.from({ length: states }, (_, s) => [row(s)]),
    Array.from({ length: states }, (_, s) => Number(s === middle)),
  );
};
const only = (states: number): number[][] => Array.from({ length: states }, () => [1]);
const cliff = { episodes: 60, gamma: 0.9, alpha: 0.3 };
const walking = { episodes: 40, gamma: 0.9, alpha: 0.3 };

describe('what is the same is the same, bit by bit', () => {
  test('one step is SARSA and TD(0)', async () => {
    const of = (): object => ({ ...cliff, generator: new Generator(2) });
    const expected = await sarsa(new CliffWalking(), { ...cliff, generator: new Generator(2) });
    expect(await nStepSarsa(new CliffWalking(), { ...cliff, ...of(), n: 1 })).toEqual(expected);
    const values = await td0(walk(5), only(5), { ...walking, generator: new Generator(2) });
    const given = { ...walking, n: 1, generator: new Generator(2) };
    expect(await nStepTd(walk(5), only(5), given)).toEqual(values);
  });

  test.each(['accumulating', 'replacing'] as const)('so are %s traces of λ = 0', async (traces) => {
    const of = (): object => ({ ...cliff, generator: new Generator(2) });
    const expected = await sarsa(new CliffWalking(), { ...cliff, generator: new Generator(2) });
    const options = { ...cliff, ...of(), lambda: 0, traces };
    expect(await sarsaLambda(new CliffWalking(), options)).toEqual(expected);
    const values = await td0(walk(5), only(5), { ...walking, generator: new Generator(2) });
    const given = { ...walking, lambda: 0, traces, generator: new Generator(2) };
    expect(await tdLambda(walk(5), only(5), given)).toEqual(values);
  });

  test('endlessly many steps are Monte Carlo of every visit', async () => {
    const of = (): object => ({ generator: new Generator(2) });
    const mc = { ...walking, epsilon: 0, visits: 'every', ...of() } as const;
    const { Q } = await monteCarloControl(walk(5), mc);
    const steps = { ...walking, epsilon: 0, n: Infinity };
    expect((await nStepSarsa(walk(5), { ...steps, ...of() })).Q).toEqual(Q);
    const given = { ...walking, n: Infinity, ...of() };
    const { V } = await nStepTd(walk(5), only(5), given);
    expect(Array.from(V)).toEqual(Q.map(([value]) => value));
  });
});

test('example 7.1 and figure 12.6: of 19 states, neither one step nor all of the episode is best', async () => {
  const truth = Array.from({ length: 19 }, (_, s) => (s - 9) / 10);
  /** The root of the mean squared error after each of the first ten episodes, on average. */
  const error = async (
    learn: (options: PredictionOptions) => Promise<{ V: Float64Array }>,
    alpha: number,
  ): Promise<number> => {
    let total = 0;
    for (let seed = 0; seed < 20; seed++) {
      // What is known after k episodes is what a run of k has learned.
      for (const episodes of [2, 5, 10]) {
        const { V } = await learn({ episodes, gamma: 1, alpha, generator: new Generator(seed) });
        total += Math.sqrt(V.reduce((sum, v, s) => sum + (v - truth[s]!) ** 2, 0) / 19);
      }
    }
    return total / 60;
  };
  const least = async (
    learn: (options: PredictionOptions) => Promise<{ V: Float64Array }>,
    alphas: readonly number[],
  ): Promise<number> =>
    Math.min(...(await Promise.all(alphas.map((alpha) => error(learn, alpha)))));
  const steps = (n: number) => (options: PredictionOptions) =>
    nStepTd(walk(19), only(19), { ...options, n });
  const trace = (lambda: number) => (options: PredictionOptions) =>
    tdLambda(walk(19), only(19), { ...options, lambda });
  const [one, four, many] = [
    await least(steps(1), [0.6, 0.8, 1]),
    await least(steps(4), [0.3, 0.4, 0.5]),
    await least(steps(64), [0.02, 0.05, 0.1, 0.2]),
  ];
  expect(four).toBeLessThan(one);
  expect(four).toBeLessThan(many);
  const [zero, most, all] = [
    one,
    await least(trace(0.8), [0.2, 0.3, 0.4]),
    await least(trace(1), [0.01, 0.02, 0.05]),
  ];
  expect(most).toBeLessThan(zero);
  expect(most).toBeLessThan(all);
});

test('traces tell all that led there: accumulating ones twice what was visited twice', async () => {
  // 0 leads to 0 and then to the end for 1, when it has been there twice.
  let steps = 0;
  const env = {
    ...walk(1),
    observationSpace: { ...walk(1).observationSpace, n: 1 },
    actionSpace: { ...walk(1).actionSpace, n: 1 },
    reset: () => ({ observation: (steps = 0), info: {} }),
    step: () => {
      steps++;
      return {
        observation: 0,
        reward: Number(steps === 2),
        terminated: steps === 2,
        truncated: false,
        info: {},
      };
    },
  } as unknown as TabularEnv; // all that is called of one
  const value = async (traces: 'accumulating' | 'replacing'): Promise<number> => {
    const options = { episodes: 1, gamma: 1, alpha: 0.1, lambda: 0.5, traces };
    const { V } = await tdLambda(env, [[1]], options);
    return V[0]!;
  };
  expect(await value('accumulating')).toBeCloseTo(0.15, 12);
  expect(await value('replacing')).toBeCloseTo(0.1, 12);
});

test('what is cut off has a value: 1 for ever with 0.5 is 2', async () => {
  const env = new TabularEnv([[[[1, 0, 1, false]]]], [1]);
  const options = { episodes: 60, gamma: 0.5, maxSteps: 10, alpha: 0.5 };
  expect((await nStepTd(env, [[1]], { ...options, n: 3 })).V[0]).toBeCloseTo(2, 6);
  expect((await tdLambda(env, [[1]], { ...options, alpha: 0.2 })).V[0]).toBeCloseTo(2, 6);
  expect((await nStepSarsa(env, { ...options, n: 3 })).Q[0]![0]).toBeCloseTo(2, 6);
  expect((await sarsaLambda(env, { ...options, alpha: 0.2 })).Q[0]![0]).toBeCloseTo(2, 6);
});

test('mistakes are named', async () => {
  await expect(nStepTd(walk(5), only(5), { episodes: 1, n: 0 })).rejects.toThrow(
    'nStepTd: n must be a whole number ≥ 1, got 0.',
  );
  await expect(nStepSarsa(walk(5), { episodes: 1, n: 1.5 })).rejects.toThrow(
    'nStepSarsa: n must be a whole number ≥ 1, got 1.5.',
  );
  await expect(sarsaLambda(walk(5), { episodes: 1, lambda: 2 })).rejects.toThrow(
    'sarsaLambda: lambda must be from 0 to 1, got 2.',
  );
  await expect(
    tdLambda(walk(5), only(5), { episodes: 1, traces: 'dutch' as never }),
  ).rejects.toThrow("tdLambda: traces must be 'accumulating' or 'replacing', got 'dutch'.");
});
