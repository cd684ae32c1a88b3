import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MDP } from '../planning/mdp.ts';
import { valueIteration } from '../planning/value-iteration.ts';
import { GridWorld } from './grid-world.ts';
import { make } from './registry.ts';

describe('GridWorld', () => {
  test('has the optimal values of Russell and Norvig, figure 17.3', () => {
    const env = new GridWorld({ slip: 0.2, stepReward: -0.04 });
    const { V } = valueIteration(MDP.fromTransitions(env.P), { gamma: 1 });
    const values = Array.from(V, (v) => Number(v.toFixed(3)));
    // The step reward is paid on the way into goal and pit, and nothing after: the book's values of all other cells.
    expect(values).toEqual([
      ...[0.812, 0.868, 0.918, 0],
      ...[0.762, 0, 0.66, 0],
      ...[0.705, 0.655, 0.611, 0.388],
    ]);
  });

  test('walks as its actions say, and stays before walls and the border', () => {
    const env = new GridWorld({ desc: '\nS.#\n..G\n' });
    env.reset({ seed: 1 });
    const seen = [0, 3, 1, 1, 2, 0, 2].map((action) => env.step(action).observation);
    expect(seen).toEqual([0, 0, 1, 1, 4, 1, 4]);
    expect(env.step(1)).toMatchObject({ observation: 5, reward: 1, terminated: true });
  });

  test('pays what it is told', () => {
    const env = new GridWorld({
      desc: ['XSG'],
      stepReward: -0.5,
      goalReward: 10,
      pitReward: -7,
    });
    expect(env.P[1]!.map(([outcome]) => outcome![2])).toEqual([-0.5, 9.5, -0.5, -7.5]);
  });

  test('slips to both sides as often', () => {
    const { P } = new GridWorld({ desc: ['...', '.S.', '..G'], slip: 0.2 });
    expect(P[4]![0]!.map(([p, next]) => [Number(p.toFixed(6)), next])).toEqual([
      [0.8, 1],
      [0.1, 3],
      [0.1, 5],
    ]);
    const always = new GridWorld({ desc: ['...', '.S.', '..G'], slip: 1 });
    expect(always.P[4]![1]!.map(([, next]) => next)).toEqual([1, 7]);
  });

  test('has a table of steps to cells beside that are no walls, whatever the map', () => {
    const maps = fc
      .tuple(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.constantFrom(...'..#GXS'), { minLength: 6, maxLength: 36 }),
      )
      .map(([columns, cells]) => {
        const rows = Math.floor(cells.length / columns);
        const text = `S${cells.join('').slice(1)}`;
        return Array.from({ length: rows }, (_, i) => text.slice(i * columns, (i + 1) * columns));
      });
    fc.assert(
      fc.property(maps, fc.double({ min: 0, max: 1, noNaN: true }), (desc, slip) => {
        const { P, cells, columns } = new GridWorld({ desc, slip });
        P.forEach((row, s) => {
          for (const [probability, next] of row.flat()) {
            expect(probability).toBeGreaterThanOrEqual(0);
            const across = Math.abs((next % columns) - (s % columns));
            const down = Math.abs(Math.floor(next / columns) - Math.floor(s / columns));
            expect(across + down).toBeLessThanOrEqual(1);
            if (next !== s) expect(cells[next]).not.toBe('#');
          }
        });
      }),
    );
  });

  test('draws the map with the agent in it', () => {
    const env = new GridWorld({ desc: ['S.', '#G'] });
    env.reset();
    expect(env.render()).toBe('[S] .\n #  G');
  });

  test('is made by its id, and cut off after 100 steps', () => {
    const env = make('GridWorld-v0', { desc: ['SG'] });
    env.reset();
    for (let i = 0; i < 99; i++) expect(env.step(3).truncated).toBe(false);
    expect(env.step(3).truncated).toBe(true);
  });

  test('names maps and numbers that do not fit', () => {
    expect(() => new GridWorld({ desc: ['S.', 'G'] })).toThrow(
      'GridWorld: the rows of a map must be as long as each other, got 2 cells in row 0 and 1 in row 1.',
    );
    expect(() => new GridWorld({ desc: ['SH'] })).toThrow(
      "GridWorld: row 0 of the map has 'H', which is none of .#SGX.",
    );
    expect(() => new GridWorld({ desc: ['.G'] })).toThrow('GridWorld: the map has no start, S.');
    expect(() => new GridWorld({ slip: 1.5 })).toThrow(
      'GridWorld: slip must be from 0 to 1, got 1.5.',
    );
    expect(() => new GridWorld({ goalReward: Infinity })).toThrow(
      'GridWorld: goalReward must be finite, got Infinity.',
    );
  });
});
