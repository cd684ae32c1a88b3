import { readFileSync } from 'node:fs';
import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import { CliffWalking } from './cliff-walking.ts';
import { FrozenLake, generateRandomMap } from './frozen-lake.ts';
import { TabularEnv, type Transitions } from './tabular-env.ts';
import { Taxi } from './taxi.ts';

interface Table {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly P: Transitions;
  readonly initial: readonly number[];
}
interface TaxiTable {
  readonly next: readonly number[][];
  readonly rewards: readonly number[][];
  readonly ends: readonly number[];
  readonly starts: readonly number[];
  readonly masks: readonly number[];
  readonly rainy: readonly (readonly number[][])[][];
}

const fixture = new URL('../../test/fixtures/tables.json', import.meta.url);
const { tables, taxi } = JSON.parse(readFileSync(fixture, 'utf8')) as {
  tables: Table[];
  taxi: TaxiTable;
};

const made: readonly TabularEnv[] = [
  new FrozenLake(),
  new FrozenLake({ desc: ['SFF', 'HSG'], successRate: 0.8, rewardSchedule: [10, -5, -0.1] }),
  new FrozenLake({ mapName: '8x8', isSlippery: false }),
  new CliffWalking(),
  new CliffWalking({ isSlippery: true }),
];

/** The optimal values, by value iteration. */
function optimalValues({ P }: TabularEnv, gamma: number): Float64Array {
  const values = new Float64Array(P.length);
  for (let change = 1; change > 1e-12;) {
    change = 0;
    P.forEach((row, s) => {
      const q = row.map((all) =>
        all.reduce(
          (sum, [p, next, r, end]) => sum + p * (r + (end ? 0 : gamma * values[next]!)),
          0,
        ),
      );
      const best = Math.max(...q);
      change = Math.max(change, Math.abs(best - values[s]!));
      values[s] = best;
    });
  }
  return values;
}

describe('tables are those of Gymnasium', () => {
  tables.forEach(({ id, options, P, initial }, i) => {
    test(`${id} ${JSON.stringify(options)}`, () => {
      expect(made[i]!.P.length).toBe(P.length);
      P.forEach((row, s) => {
        row.forEach((all, a) => {
          const ours = made[i]!.P[s]![a]!;
          expect(ours.map((t) => t.slice(1))).toEqual(all.map((t) => t.slice(1)));
          ours.forEach(([p], k) => {
            expect(p).toBeCloseTo(all[k]![0], 14);
          });
        });
      });
      expect([...made[i]!.initial]).toEqual(initial);
    });
  });

  test('Taxi-v4, dry', () => {
    const env = new Taxi();
    env.P.forEach((row, s) => {
      row.forEach((all, a) => {
        const end = taxi.ends.includes(s * 6 + a);
        expect(all).toEqual([[1, taxi.next[s]![a], taxi.rewards[s]![a], end]]);
      });
      const mask = env.actionMask(s).reduce((bits, bit, a) => bits + bit * 2 ** a, 0);
      expect(mask).toBe(taxi.masks[s]);
      expect(env.initial[s]! > 0).toBe(taxi.starts.includes(s));
      expect(env.encode(env.decode(s))).toBe(s);
    });
  });

  test('Taxi-v4 in the rain', () => {
    const { P } = new Taxi({ isRainy: true });
    taxi.rainy.forEach((row, i) => {
      row.forEach((all, a) => {
        const ours = P[i * 41]![a]!.map((t) => t.map(Number));
        expect(ours.map((t) => t.slice(1))).toEqual(all.map((t) => t.slice(1)));
        expect(ours[0]![0]).toBeCloseTo(all[0]![0]!, 14);
      });
    });
  });
});

describe('the best values are those that are known', () => {
  test('FrozenLake can be solved in 0.82 of the episodes without a limit', () => {
    expect(optimalValues(new FrozenLake(), 1)[0]).toBeCloseTo(14 / 17, 8);
  });
  test('CliffWalking takes 13 steps', () => {
    expect(optimalValues(new CliffWalking(), 1)[36]).toBe(-13);
  });
  test('Taxi pays 7.93 on average', () => {
    const env = new Taxi();
    const values = optimalValues(env, 1 - 1e-12);
    const mean = env.initial.reduce((sum, p, s) => sum + p * values[s]!, 0);
    expect(mean).toBeCloseTo(7.93, 1);
  });
});

describe('drawing from a table', () => {
  test('slips as often as the table says', () => {
    const env = new FrozenLake();
    env.reset({ seed: 2 });
    const counts = new Float64Array(16);
    for (let i = 0; i < 3000; i++) {
      env.s = 9;
      const { observation, terminated } = env.step(0);
      counts[observation] = counts[observation]! + 1;
      if (terminated) env.reset();
    }
    for (const s of [8, 5, 13]) expect(Math.abs(counts[s]! - 1000)).toBeLessThan(100);
  });

  test('a fickle passenger changes the destination once, on the first drive', () => {
    const env = new Taxi({ ficklePassenger: true, fickleProbability: 1 });
    env.reset({ seed: 4 });
    env.s = env.encode({ row: 2, column: 2, passenger: 4, destination: 0 });
    const changed = env.decode(env.step(0).observation).destination;
    expect(changed).not.toBe(0);
    expect(env.decode(env.step(1).observation).destination).toBe(changed);
  });

  test('is drawn as a map with the agent in it', () => {
    const env = new FrozenLake();
    env.reset();
    expect(env.render()).toBe('[S] F  F  F\n F  H  F  H\n F  F  F  H\n H  F  F  G');
    const cab = new Taxi();
    cab.reset();
    cab.s = cab.encode({ row: 0, column: 4, passenger: 4, destination: 2 });
    expect(cab.render().split('\n')[1]).toBe('|R: | : {G}');
  });

  test('random maps have a way to the goal, the same from the same seed', () => {
    const draw = (seed: number): string[] =>
      generateRandomMap({ size: 6, p: 0.6, generator: new Generator(seed) });
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    expect(
      optimalValues(new FrozenLake({ desc: draw(3), isSlippery: false }), 0.9)[0],
    ).toBeGreaterThan(0);
  });
});

describe('tables and maps that do not fit are named', () => {
  const refused: readonly (readonly [() => unknown, string])[] = [
    [
      () => new FrozenLake({ desc: ['SF', 'G'] }),
      'FrozenLake: the rows of a map must be as long as each other, got 2 cells in row 0 and 1 in row 1.',
    ],
    [
      () => new FrozenLake({ desc: ['SX', 'FG'] }),
      "FrozenLake: row 0 of the map has 'X', which is none of SFHG.",
    ],
    [() => new FrozenLake({ desc: ['FF', 'FG'] }), 'FrozenLake: the map has no start, S.'],
    [() => new FrozenLake({ desc: [] }), 'FrozenLake: a map must have a cell, got an empty one.'],
    [
      () => new FrozenLake({ desc: 3 as never }),
      'FrozenLake: a map must be a list of rows of text, got 3.',
    ],
    [
      () => new FrozenLake({ mapName: '5x5' as never }),
      "FrozenLake: mapName must be '4x4' or '8x8', got '5x5'.",
    ],
    [
      () => new TabularEnv([[[[0.5, 0, 0, true]]]], [1]),
      'TabularEnv: the sum of the probabilities of P[0][0] must be 1, got 0.5.',
    ],
    [
      () => new TabularEnv([[[[1, 1, 0, true]]]], [1]),
      'TabularEnv: a next state of P[0][0] must be a whole number from 0 to 0, got 1.',
    ],
    [
      () => new TabularEnv([[[[1, 0, Number.NaN, true]]]], [1]),
      'TabularEnv: a reward of P[0][0] must be finite, got NaN.',
    ],
    [
      () => new TabularEnv(null as never, [1]),
      'TabularEnv: P must be lists of transitions, P[state][action], got null.',
    ],
    [() => new Taxi().decode(500), 'Taxi: decode needs a state from 0 to 499, got 500.'],
  ];
  for (const [act, message] of refused) {
    test(message, () => {
      expect(act).toThrow(message);
    });
  }
});
