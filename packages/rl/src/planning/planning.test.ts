import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CliffWalking, FrozenLake } from '../environments/index.ts';
import {
  bellmanOptimalV,
  bellmanQ,
  bellmanV,
  greedyActions,
  greedyPolicy,
  MDP,
  policyEvaluation,
  policyIteration,
  qFromV,
  softmaxPolicy,
  solvePolicy,
  valueIteration,
  vFromQ,
  type Probabilities,
} from './index.ts';

const P = [
  [
    [1, 0],
    [0, 1],
  ],
  [
    [0, 1],
    [1, 0],
  ],
];
const two = new MDP(P, [
  [0, 1],
  [2, 0],
]);
const uniform = (mdp: MDP): number[][] =>
  Array.from({ length: mdp.numStates }, () =>
    Array.from({ length: mdp.numActions }, () => 1 / mdp.numActions),
  );
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

/** A random process, from the numbers that fast-check draws. */
const processes = fc
  .record({
    S: fc.integer({ min: 1, max: 6 }),
    A: fc.integer({ min: 1, max: 4 }),
    numbers: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 400,
      maxLength: 400,
      size: 'max',
    }),
  })
  .map(({ S, A, numbers }) => {
    let at = 0;
    const draw = (): number => numbers[at++ % numbers.length]!;
    const dense = (): number[] => {
      const row = Array.from({ length: S }, () => draw() + 0.01);
      const sum = row.reduce((a, b) => a + b, 0);
      return row.map((p) => p / sum);
    };
    const table = <T>(entry: () => T): T[][] =>
      Array.from({ length: S }, () => Array.from({ length: A }, entry));
    const rows = table(dense);
    const R = table(() => Array.from({ length: S }, () => 4 * draw() - 2));
    return { P: rows as Probabilities, R, policy: softmaxPolicy(table(() => 3 * draw())) };
  });

describe('the two states of the course', () => {
  test('an even policy is worth V = (7.25, 7.75) and Q = (6.525, 7.975, 8.975, 6.525)', () => {
    for (const { V, Q } of [
      policyEvaluation(two, uniform(two), { gamma: 0.9 }),
      solvePolicy(two, uniform(two), { gamma: 0.9 }),
    ]) {
      expect(apart(V, [7.25, 7.75])).toBeLessThan(1e-10);
      expect(apart(Q[0]!, [6.525, 7.975])).toBeLessThan(1e-10);
      expect(apart(Q[1]!, [8.975, 6.525])).toBeLessThan(1e-10);
    }
  });

  test('the best values are (19, 20), by both iterations', () => {
    for (const solve of [valueIteration, policyIteration]) {
      const { V, Q, actions } = solve(two, { gamma: 0.9 });
      expect(apart(V, [19, 20])).toBeLessThan(1e-10);
      expect(apart(Q[0]!, [17.1, 19])).toBeLessThan(1e-10);
      expect(apart(Q[1]!, [20, 17.1])).toBeLessThan(1e-10);
      expect([...actions]).toEqual([1, 0]);
    }
  });
});

describe('the grid worlds of Sutton and Barto', () => {
  const moves = [
    [-1, 0],
    [0, 1],
    [1, 0],
    [0, -1],
  ] as const;
  const neighbour = (s: number, a: number, size: number): number => {
    const row = Math.floor(s / size) + moves[a]![0];
    const column = (s % size) + moves[a]![1];
    return row < 0 || column < 0 || row >= size || column >= size ? s : row * size + column;
  };

  test('example 4.1: an even policy needs 14, 20 and 22 steps', () => {
    const mdp = MDP.fromTransitions(
      Array.from({ length: 16 }, (_, s) =>
        moves.map((__, a) => {
          const state = neighbour(s, a, 4);
          const ends = s === 0 || s === 15;
          return [[1, state, ends ? 0 : -1, ends || state === 0 || state === 15] as const];
        }),
      ),
    );
    const { V } = policyEvaluation(mdp, uniform(mdp), { gamma: 1 });
    const published = [0, -14, -20, -22, -14, -18, -20, -20, -20, -20, -18, -14, -22, -20, -14, 0];
    expect(apart(V, published)).toBeLessThan(1e-9);
    expect(apart(solvePolicy(mdp, uniform(mdp), { gamma: 1 }).V, published)).toBeLessThan(1e-9);
    const best = [0, -1, -2, -3, -1, -2, -3, -2, -2, -3, -2, -1, -3, -2, -1, 0];
    expect([...valueIteration(mdp, { gamma: 1 }).V]).toEqual(best);
    expect([...policyIteration(mdp, { gamma: 1 }).V]).toEqual(best);
  });

  test('examples 3.5 and 3.8: values with 0.9, of an even policy and the best', () => {
    const [A, B] = [1, 3];
    const to = (s: number, a: number): number => (s === A ? 21 : s === B ? 13 : neighbour(s, a, 5));
    const states = Array.from({ length: 25 }, (_, s) => s);
    const rows = states.map((s) =>
      moves.map((_, a) => states.map((next) => Number(next === to(s, a)))),
    );
    const R = states.map((s) =>
      moves.map((_, a) => (s === A ? 10 : s === B ? 5 : to(s, a) === s ? -1 : 0)),
    );
    const mdp = new MDP(rows, R);
    const rounded = (V: Float64Array): string[] =>
      Array.from(V.subarray(0, 5), (v) => v.toFixed(1));
    expect(rounded(policyEvaluation(mdp, uniform(mdp), { gamma: 0.9 }).V)).toEqual(
      ['3.3', '8.8', '4.4', '5.3', '1.5'], // figure 3.2
    );
    expect(rounded(valueIteration(mdp, { gamma: 0.9 }).V)).toEqual(
      ['22.0', '24.4', '22.0', '19.4', '17.5'], // figure 3.5
    );
    expect([...greedyPolicy(valueIteration(mdp, { gamma: 0.9 }).Q)[5 + 0]!]).toEqual([
      0.5, 0.5, 0, 0,
    ]);
  });

  test("example 4.3, the gambler: with a fair coin the value is the gambler's part of the goal", () => {
    const stakes = 51;
    const coin = (p: number): MDP =>
      MDP.fromTransitions(
        Array.from({ length: 101 }, (_, capital) =>
          Array.from({ length: stakes }, (__, wish) => {
            const stake = Math.min(wish, capital, 100 - capital);
            const over = capital === 0 || capital === 100;
            const [up, down] = [capital + stake, capital - stake];
            return [
              [p, up, !over && up === 100 ? 1 : 0, up === 100 || over] as const, // prettier-ignore
              [1 - p, down, 0, down === 0 || over] as const,
            ];
          }),
        ),
      );
    const fair = valueIteration(coin(0.5), { gamma: 1 });
    expect(Math.abs(fair.V[37]! - 0.37)).toBeLessThan(1e-9);
    const unfair = valueIteration(coin(0.4), { gamma: 1 });
    expect(unfair.V[50]!).toBeCloseTo(0.4, 12); // all on one throw
    expect(unfair.V[25]!).toBeCloseTo(0.16, 12);
    expect(unfair.V[75]!).toBeCloseTo(0.4 + 0.6 * 0.4, 12);
  });
});

describe('any process', () => {
  test('the four equations hold to 1e-10 for what evaluation returns, and both evaluations agree', () => {
    fc.assert(
      fc.property(processes, ({ P: rows, R, policy }) => {
        const mdp = new MDP(rows, R);
        const gamma = 0.9;
        const { V, Q } = policyEvaluation(mdp, policy, { gamma });
        expect(apart(bellmanV(mdp, policy, V, { gamma }), V)).toBeLessThan(1e-10);
        expect(apart(qFromV(mdp, V, { gamma }).flatMap((q) => [...q]), Q.flatMap((q) => [...q]))).toBeLessThan(1e-10); // prettier-ignore
        expect(apart(vFromQ(policy, Q), V)).toBeLessThan(1e-10);
        bellmanQ(mdp, policy, Q, { gamma }).forEach((row, s) =>
          expect(apart(row, Q[s]!)).toBeLessThan(1e-10),
        );
        expect(apart(solvePolicy(mdp, policy, { gamma }).V, V)).toBeLessThan(1e-10);
      }),
      { numRuns: 30 },
    );
  });

  test('value and policy iteration agree, satisfy the optimality equation, and no policy is better', () => {
    fc.assert(
      fc.property(processes, ({ P: rows, R, policy }) => {
        const mdp = new MDP(rows, R);
        const gamma = 0.9;
        const best = valueIteration(mdp, { gamma });
        expect(apart(bellmanOptimalV(mdp, best.V, { gamma }), best.V)).toBeLessThan(1e-10);
        expect(apart(policyIteration(mdp, { gamma }).V, best.V)).toBeLessThan(1e-8);
        solvePolicy(mdp, policy, { gamma }).V.forEach((v, s) =>
          expect(v).toBeLessThan(best.V[s]! + 1e-9),
        );
        expect(apart(solvePolicy(mdp, greedyPolicy(best.Q), { gamma }).V, best.V)).toBeLessThan(
          1e-7,
        );
      }),
      { numRuns: 30 },
    );
  });

  test('R(s), R(s, a) and R(s, a, s′) that describe the same task have the same best values and actions', () => {
    fc.assert(
      fc.property(processes, ({ P: rows }) => {
        const bare = rows.map((_, s) => s - 1.5);
        const [S, A] = [rows.length, rows[0]!.length];
        const ofAction = bare.map((r) => Array.from({ length: A }, () => r));
        const ofNext = ofAction.map((row) => row.map((r) => Array.from({ length: S }, () => r)));
        const [one, ...others] = [bare, ofAction, ofNext].map((R) =>
          valueIteration(new MDP(rows, R), { gamma: 0.8 }),
        );
        for (const other of others) {
          expect(apart(other.V, one!.V)).toBeLessThan(1e-9);
          expect(
            apart(
              other.Q.flatMap((q) => [...q]),
              one!.Q.flatMap((q) => [...q]),
            ),
          ).toBeLessThan(1e-9);
        }
      }),
      { numRuns: 30 },
    );
  });
});

test('a terminal state is worth nothing, and what leads there pays its reward', () => {
  const mdp = new MDP(P, [[[0, 0], [0, 5]], [[9, 9], [9, 9]]], { terminal: [1] }); // prettier-ignore
  const { V, actions } = valueIteration(mdp, { gamma: 0.9 });
  expect([...V]).toEqual([5, 0]);
  expect(actions[0]).toBe(1);
});

test('policies are greedy, even among the best, and soft', () => {
  expect([...greedyActions([[1, 3, 3]])]).toEqual([1]);
  expect([...greedyPolicy([[1, 3, 3]])[0]!]).toEqual([0, 0.5, 0.5]);
  const [row] = softmaxPolicy([[1000, 0, -1000]], { temperature: 2 });
  expect([...row!].every((p) => p >= 0)).toBe(true);
  expect(row!.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 14);
});

test('the tables of environments: the known best values of FrozenLake and CliffWalking', () => {
  const lake = MDP.fromTransitions(new FrozenLake().P);
  expect(valueIteration(lake, { gamma: 1 }).V[0]).toBeCloseTo(14 / 17, 6);
  const cliff = MDP.fromTransitions(new CliffWalking().P);
  expect(valueIteration(cliff, { gamma: 1 }).V[36]).toBe(-13);
});

describe('errors', () => {
  const made = (rows: unknown, R: unknown = [0, 0]): (() => MDP) => {
    return () => new MDP(rows as Probabilities, R as number[]);
  };
  test.each([
    [made(undefined), 'MDP: P must have an array for each state with one for each action, got undefined.'],
    [made([]), 'MDP: P must have an array for each state with one for each action, got an empty array.'],
    [made([[1]], [0]), 'MDP: P[0][0] must be an array of numbers, got 1.'],
    [made([[[0.5, 0.4]], [[0, 1]]]), 'MDP: the probabilities of action 0 in state 0 must sum to 1, got 0.9.'],
    [made([[[1.5, -0.5]], [[0, 1]]]), 'MDP: a probability of action 0 in state 0 must be from 0 to 1, got 1.5.'],
    [made([[[1, 0]], [[0, 1], [1, 0]]]), 'MDP: P must have 1 actions in state 1, as in state 0, got 2.'],
    [made([[[1, 0]], [[0, 1]]], [1]), 'MDP: R must have 2 numbers, got 1.'],
    [made([[[1, 0]], [[0, 1]]], [1, Number.NaN]), 'MDP: R[1] must be finite, got NaN.'],
    [made([[[1, 0]], [[0, 1]]], 'R'), "MDP: R must be an array of numbers, got 'R'."],
    [made([[[1, 0]], [[0, 1]]], [[1], [1, 2]]), 'MDP: R[1] must have 1 numbers, got 2.'],
    [() => policyEvaluation(two, [[1, 0]], { gamma: 0.9 }), 'policyEvaluation: the policy must have a row for each of 2 states, got 1 rows.'],
    [() => policyEvaluation(two, [[1, 1], [1, 0]], { gamma: 0.9 }), "policyEvaluation: the policy's probabilities in state 0 must sum to 1, got 2."],
    [() => valueIteration(two, { gamma: 1.5 }), 'valueIteration: gamma must be from 0 to 1, got 1.5.'],
    [() => valueIteration(two, {} as { gamma: number }), 'valueIteration: gamma must be a number, got undefined.'],
    [() => valueIteration(P as never, { gamma: 0.9 }), 'valueIteration: needs an MDP, got an array of an array of an array. Use new MDP(P, R).'],
    [() => solvePolicy(two, uniform(two), { gamma: 1 }), 'solvePolicy: with gamma 1 this policy has no values, for there are states from which it never ends. Use a gamma below 1.'],
    [() => MDP.fromTransitions([[null as never]]), 'MDP.fromTransitions: action 0 of state 0 must have an array of transitions, got null.'],
  ])('%#: $1', (call, message) => {
    expect(call).toThrow(message);
  }); // prettier-ignore

  test('a policy that never ends has no values without discount, which is said', () => {
    expect(() => policyEvaluation(two, uniform(two), { gamma: 1, maxIterations: 50 })).toThrow(
      /^policyEvaluation: the values still move by .* after 50 sweeps with gamma 1\. Use a gamma below 1/,
    );
  });
});
