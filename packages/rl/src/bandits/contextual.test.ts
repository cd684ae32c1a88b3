import { Generator } from '@kasane/tensor-core';
import { expect, test } from 'vitest';
import { LinearBandit, LinUCB, playContextualBandit, type ContextualAgent } from './index.ts';

const weights = [
  [1, 0, 0.5],
  [0, 1, -0.5],
  [-1, -1, 0],
];
const mean = (list: Float64Array): number => list.reduce((a, b) => a + b, 0) / list.length;

test('LinUCB finds the weights, and has a tenth of the regret of an arm drawn at random', () => {
  const bandit = (): LinearBandit => new LinearBandit(weights, { generator: new Generator(1) });
  const agent = new LinUCB(3, 3);
  const regret = mean(playContextualBandit(bandit(), agent, 2000));
  weights.forEach((row, arm) => {
    agent.weights(arm).forEach((w, i) => expect(Math.abs(w - row[i]!)).toBeLessThan(0.05));
  });
  const generator = new Generator(2);
  const random: ContextualAgent = { act: () => generator.below(3), learn: () => undefined };
  expect(regret).toBeLessThan(0.1 * mean(playContextualBandit(bandit(), random, 2000)));
});

test('the inverse that is kept is that of I + Σ x xᵀ', () => {
  const agent = new LinUCB(1, 2, { alpha: 0 });
  agent.learn([1, 2], 0, 3);
  agent.learn([0, 1], 0, 1);
  // A = [[2, 2], [2, 6]], b = (3, 7): θ = A⁻¹ b
  const theta = agent.weights(0);
  expect(theta[0]).toBeCloseTo(0.5, 12);
  expect(theta[1]).toBeCloseTo(1, 12);
});

test('mistakes are named', () => {
  const agent = new LinUCB(2, 3);
  expect(() => agent.act([1, 2])).toThrow('LinUCB: the context must have 3 numbers, got 2.');
  expect(() => agent.learn([1, 2, 3], 2, 1)).toThrow(
    'LinUCB: the arm must be a whole number from 0 to 1, got 2.',
  );
  expect(() => new LinearBandit([[1], [1, 2]])).toThrow(
    'LinearBandit: weights[1] must have 1 numbers, got 2.',
  );
  expect(() => new LinearBandit([])).toThrow(
    'LinearBandit: the number of arms must be ≥ 1, got 0.',
  );
  expect(() => playContextualBandit({} as never, agent, 1)).toThrow(
    'playContextualBandit: needs a bandit with observe and pull, got an object.',
  );
});
