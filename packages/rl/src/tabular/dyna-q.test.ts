import { Generator } from '@kasane/tensor-core';
import { expect, test } from 'vitest';
import { TabularEnv, type Outcome } from '../environments/index.ts';
import { dynaQ, qLearning } from './index.ts';

/** The maze of example 8.1: 47 cells, walls, and a goal that pays 1, which is 14 steps away. */
function maze(): TabularEnv {
  const map = ['.......#G', '..#....#.', 'S.#....#.', '..#......', '.....#...', '.........'];
  const cell = (row: number, column: number): string => map[row]?.[column] ?? '#';
  const moves = [[-1, 0], [0, 1], [1, 0], [0, -1]] as const; // prettier-ignore
  const states = Array.from({ length: 54 }, (_, s) => [Math.floor(s / 9), s % 9] as const);
  const outcomes = states.map(([row, column], s) =>
    moves.map(([down, right]): readonly Outcome[] => {
      const there = cell(row + down, column + right);
      const next = there === '#' ? s : s + 9 * down + right;
      return [[1, next, Number(there === 'G'), there === 'G']];
    }),
  );
  return new TabularEnv(
    outcomes,
    states.map(([row, column]) => Number(cell(row, column) === 'S')),
  );
}

test('figure 8.2: planning finds the way through the maze in few episodes', async () => {
  const lengths = async (planningSteps: number): Promise<number[]> => {
    const sums = [0, 0, 0, 0, 0];
    for (let seed = 0; seed < 10; seed++) {
      const options = { episodes: 5, gamma: 0.95, planningSteps, generator: new Generator(seed) };
      (await dynaQ(maze(), options)).lengths.forEach((length, i) => (sums[i]! += length / 10));
    }
    return sums;
  };
  const [none, some, many] = [await lengths(0), await lengths(5), await lengths(50)];
  // Nothing is known before the first reward, so that there is nothing to plan with.
  expect(some[0]).toBe(none[0]);
  expect(many[0]).toBe(none[0]);
  expect(some[1]!).toBeLessThan(none[1]! / 2);
  expect(many[1]!).toBeLessThan(some[1]! / 2);
  expect(many[4]!).toBeLessThan(20);
  expect(none[4]!).toBeGreaterThan(60);
});

test('without planning it is Q-learning, bit by bit', async () => {
  const options = (): object => ({ gamma: 0.95, generator: new Generator(4) });
  const expected = await qLearning(maze(), { episodes: 10, ...options() });
  expect(await dynaQ(maze(), { episodes: 10, planningSteps: 0, ...options() })).toEqual(expected);
});

test('mistakes are named', async () => {
  await expect(dynaQ(maze(), { episodes: 1, planningSteps: -1 })).rejects.toThrow(
    'dynaQ: planningSteps must be a whole number ≥ 0, got -1.',
  );
});
