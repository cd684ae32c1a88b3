/**
 * The four Bellman equations, on a task of two states that can be solved by hand and on one that is drawn.
 *
 *     state 0   stay: reward 0      go to state 1: reward 1
 *     state 1   stay: reward 2      go to state 0: reward 0
 *
 *     (1)  V(s) = Σ_a π(s, a) Σ_s' P(s' | s, a) [R(s, a, s') + γ V(s')]
 *     (2)  Q(s, a) = Σ_s' P(s' | s, a) [R(s, a, s') + γ V(s')]
 *     (3)  V(s) = Σ_a π(s, a) Q(s, a)
 *     (4)  Q(s, a) = Σ_s' P(s' | s, a) [R(s, a, s') + γ Σ_a' π(s', a') Q(s', a')]
 *
 * A coin that stays or goes gets ½ on average in state 0 and 1 in state 1, and is in either half of the time ever after, which is worth
 * m = ¾ / (1 − γ): V = (½ + γ m, 1 + γ m), or (7.25, 7.75) with γ = 0.9. The best is to go to state 1 and to stay there:
 * V* = (1 + 2 γ / (1 − γ), 2 / (1 − γ)), or (19, 20).
 */
import {
  averageReward,
  bellmanOptimalV,
  bellmanQ,
  bellmanV,
  discountedReturn,
  greedyActions,
  MDP,
  policyIteration,
  qFromV,
  returns,
  solvePolicy,
  valueIteration,
  vFromQ,
  type ExactValues,
  type StateActionTable,
} from '@kasane/rl';
import { Generator } from '@kasane/tensor-core';
import { check, type Check } from '../check.ts';
import type { GridEvent, TableEvent } from '../events/event.ts';
import { defineExercise, type Exercise } from '../exercise.ts';
import { largestDifference, sum } from '../statistics.ts';
import { UsageError } from '../usage-error.ts';

const ACTIONS = ['stay', 'go'];
const COIN: StateActionTable = [
  [0.5, 0.5],
  [0.5, 0.5],
];
const DISCOUNTS = [0, 0.5, 0.9, 0.99];

// #region lesson
/** The task of two states; R[s][a] is the reward of an action. */
function twoStates(R: readonly (readonly number[])[]): MDP {
  const [there, elsewhere] = [
    [1, 0],
    [0, 1],
  ] as const;
  const P = [
    [there, elsewhere], // from state 0: stay, go
    [elsewhere, there], // from state 1
  ];
  return new MDP(P, R);
}

/** Equation (1) as an instruction: its right side becomes its left side, over and over. Gives what is still wrong after each sweep. */
function* sweeps(
  mdp: MDP,
  gamma: number,
  rightSide: (V: ArrayLike<number>) => Float64Array,
): Iterable<number> {
  let V: Float64Array = new Float64Array(mdp.numStates);
  for (let residual = Infinity; residual > 1e-10 * (1 - gamma);) {
    const next = rightSide(V);
    residual = largestDifference(next, V);
    V = next;
    yield residual;
  }
}

/** What is left of each equation when both of its sides have been computed. */
function residuals(
  mdp: MDP,
  policy: StateActionTable,
  { V, Q }: ExactValues,
  gamma: number,
): readonly number[] {
  return [
    largestDifference(V, bellmanV(mdp, policy, V, { gamma })),
    largestDifference(flat(Q), flat(qFromV(mdp, V, { gamma }))),
    largestDifference(V, vFromQ(policy, Q)),
    largestDifference(flat(Q), flat(bellmanQ(mdp, policy, Q, { gamma }))),
  ];
}
// #endregion

const flat = (table: StateActionTable): number[] => table.flatMap((row) => Array.from(row));

/** Positive numbers that add up to 1. */
function drawProbabilities(count: number, generator: Generator): number[] {
  const weights = Array.from({ length: count }, () => generator.random() + 1e-3);
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

/** A task that is drawn, with a policy for it. What a state pays, g(s), is written as each of the three reward functions. */
function drawTask(states: number, actions: number, generator: Generator) {
  const each = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const P = each(states, () => each(actions, () => drawProbabilities(states, generator)));
  const policy = each(states, () => drawProbabilities(actions, generator));
  const g = each(states, () => generator.normal());
  const tasks = {
    'R(s): paid for being there': new MDP(P, g),
    'R(s, a): paid on average for coming there': new MDP(
      P,
      P.map((rows) => rows.map((row) => sum(row.map((p, next) => p * g[next]!)))),
    ),
    "R(s, a, s'): paid for coming there": new MDP(
      P,
      P.map((rows) => rows.map(() => g)),
    ),
  };
  return { policy, tasks };
}

/** Values and actions of two states; what is best stands in green. */
function drawn(name: string, coin: ExactValues, best: ExactValues, actions: Int32Array): GridEvent {
  const most = Math.max(...flat(best.Q), ...flat(coin.Q), 1e-9);
  const cell = (value: number, isBest = false) => ({
    text: value.toFixed(3),
    shade: Math.max(0, value / most) * 0.8,
    ...(isBest ? { tone: 'good' as const } : {}),
  });
  const rows = {
    state: [{ text: '0' }, { text: '1' }],
    'V of the coin': [...coin.V].map((v) => cell(v)),
    'Q of the coin, stay': coin.Q.map((row) => cell(row[0]!)),
    'Q of the coin, go': coin.Q.map((row) => cell(row[1]!)),
    'V*': [...best.V].map((v) => cell(v)),
    'Q*, stay': best.Q.map((row, s) => cell(row[0]!, actions[s] === 0)),
    'Q*, go': best.Q.map((row, s) => ({
      ...cell(row[1]!, actions[s] === 1),
      ...(actions[s] === 1 ? { arrows: [s === 0 ? ('right' as const) : ('left' as const)] } : {}),
    })),
  };
  return { type: 'grid', name, rows: Object.keys(rows), cells: Object.values(rows) };
}

/** How the return of some rewards is added up. */
function sumTable(rewards: readonly number[], gamma: number): TableEvent {
  return {
    type: 'table',
    name: `a return with γ = ${gamma}`,
    columns: ['step', 'reward', 'weight γᵏ', 'share of the return', 'return from there on'],
    rows: [...returns(rewards, { gamma })].map((from, k) => [
      k,
      rewards[k]!,
      gamma ** k,
      gamma ** k * rewards[k]!,
      from,
    ]),
  };
}

const REWARDS = [
  [0, 1],
  [2, 0],
];

export const bellman: Exercise = defineExercise({
  id: 'bellman',
  title: { en: 'The Bellman equations', ja: 'ベルマン方程式・価値関数・割引報酬' },
  summary:
    'Solves the four Bellman equations of a task of two states and of one that is drawn, and shows discounting.',
  rows: [143, 144, 145, 146, 147, 148, 149, 151, 152],
  parameters: {
    gamma: { type: 'number', default: 0.9, min: 0.1, max: 0.99, description: 'discount of a step' },
    states: { type: 'integer', default: 20, min: 2, max: 100, description: 'states of the task that is drawn' },
    actions: { type: 'integer', default: 4, min: 1, max: 20, description: 'its actions' },
  }, // prettier-ignore
  charts: {
    residual: { x: 'sweep', y: 'what is wrong with equation (1), at most', scale: 'log' },
    weight: { x: 'steps ahead', y: 'weight of a reward, γᵏ' },
  },
  *run({ parameters: { gamma, states, actions }, seed }) {
    const mdp = twoStates(REWARDS);
    const coin = solvePolicy(mdp, COIN, { gamma });
    const best = valueIteration(mdp, { gamma });
    yield drawn(`values, γ = ${gamma}`, coin, best, best.actions);

    const rates: number[] = [];
    const ways = {
      'the coin': (V: ArrayLike<number>) => bellmanV(mdp, COIN, V, { gamma }),
      'the best': (V: ArrayLike<number>) => bellmanOptimalV(mdp, V, { gamma }),
    };
    for (const [name, rightSide] of Object.entries(ways)) {
      const left = [...sweeps(mdp, gamma, rightSide)];
      // What is 0 is none to a logarithm.
      const shown = left.map((y, x) => ({ x, y })).filter(({ y }) => y > 0);
      yield { type: 'series', chart: 'residual', name, x: shown.map(({ x }) => x), y: shown.map(({ y }) => y) }; // prettier-ignore
      if (left.length > 4) rates.push(left[4]! / left[3]!); // else it is over at once, as with γ = 0
    }

    const { policy, tasks } = drawTask(states, actions, new Generator(seed));
    const drawnTask = tasks['R(s): paid for being there'];
    const wrong = {
      'two states': residuals(mdp, COIN, coin, gamma),
      [`${states} states, drawn`]: residuals(drawnTask, policy, solvePolicy(drawnTask, policy, { gamma }), gamma), // prettier-ignore
    };
    yield {
      type: 'table',
      name: 'largest difference between both sides of an equation',
      columns: ['task', '(1) V', '(2) Q from V', '(3) V from Q', '(4) Q'],
      rows: Object.entries(wrong).map(([name, left]) => [name, ...left]),
    };

    const plans = Object.entries(tasks).map(([name, task]) => {
      const { V, Q } = policyIteration(task, { gamma });
      return { name, V, actions: greedyActions(Q).join(' ') };
    });
    yield {
      type: 'table',
      name: 'one task, three reward functions',
      columns: ['reward', 'V* of state 0', 'best actions'],
      rows: plans.map((plan) => [plan.name, plan.V[0]!, plan.actions]),
    };

    const ahead = Array.from({ length: 31 }, (_, k) => k);
    for (const discount of [...new Set([...DISCOUNTS, gamma])].toSorted((a, b) => a - b)) {
      yield { type: 'series', chart: 'weight', name: `γ = ${discount}`, x: ahead, y: ahead.map((k) => discount ** k) }; // prettier-ignore
    }
    yield sumTable([1, 2, 3], 0.5);
    return {
      checks: [...valueChecks(coin, best, gamma, rates), ...equationChecks(Object.values(wrong)), check(149, 'policies of R(s), R(s, a) and R(s, a, s′) that are best, different ones', new Set(plans.map((plan) => plan.actions)).size).equals(1), ...returnChecks()],
      trained: { gamma },
    }; // prettier-ignore
  },
  tries: {
    return: {
      title: { en: 'Add up rewards of your own', ja: '自分の報酬列で割引報酬和を計算する' },
      parameters: {
        rewards: { type: 'text', default: '0 0 0 10', maxLength: 200, description: 'rewards, step by step' },
        discount: { type: 'number', default: 0.9, min: 0, max: 1, description: 'γ' },
      }, // prettier-ignore
      *run(_, { rewards, discount }) {
        const list = rewards.split(/[\s,]+/).filter((word) => word !== '').map(Number); // prettier-ignore
        if (list.length === 0 || !list.every(Number.isFinite)) {
          throw new UsageError(`rewards must be numbers such as '0 0 10', got '${rewards}'.`);
        }
        yield {
          type: 'metric',
          name: 'return',
          value: discountedReturn(list, { gamma: discount }),
        };
        yield { type: 'metric', name: 'mean reward', value: averageReward(list) };
        yield sumTable(list, discount);
      },
    },
    rewards: {
      title: { en: 'Pay the two states otherwise', ja: '2状態の報酬を変えてみる' },
      parameters: {
        stay0: { type: 'number', default: 0, min: -100, max: 100, description: 'reward for staying in state 0' },
        go0: { type: 'number', default: -5, min: -100, max: 100, description: 'reward for going from state 0 to 1' },
        stay1: { type: 'number', default: 2, min: -100, max: 100, description: 'reward for staying in state 1' },
        go1: { type: 'number', default: 0, min: -100, max: 100, description: 'reward for going from state 1 to 0' },
        discount: { type: 'number', default: 0.9, min: 0, max: 0.999, description: 'γ' },
      }, // prettier-ignore
      *run(_, { stay0, go0, stay1, go1, discount }) {
        const mdp = twoStates([
          [stay0, go0],
          [stay1, go1],
        ]);
        const best = valueIteration(mdp, { gamma: discount });
        const coin = solvePolicy(mdp, COIN, { gamma: discount });
        yield drawn(`values, γ = ${discount}`, coin, best, best.actions);
        yield {
          type: 'table',
          name: 'what is best',
          columns: ['state', 'action', 'V*'],
          rows: [...best.actions].map((a, s) => [s, ACTIONS[a]!, best.V[s]!]),
        };
      },
    },
  },
});

/** The values of the two states, by hand. */
function valueChecks(
  coin: ExactValues,
  best: ExactValues,
  gamma: number,
  rates: readonly number[],
): Check[] {
  const m = 0.75 / (1 - gamma);
  const byHand = [0.5 + gamma * m, 1 + gamma * m];
  const most = [1 + (2 * gamma) / (1 - gamma), 2 / (1 - gamma)];
  const Q = (V: readonly number[]): number[] => [
    gamma * V[0]!,
    1 + gamma * V[1]!,
    2 + gamma * V[1]!,
    gamma * V[0]!,
  ];
  const named = ['Q(0, stay)', 'Q(0, go)', 'Q(1, stay)', 'Q(1, go)'];
  return [
    ...byHand.map((v, s) => check(143, `V(${s}) of the coin`, coin.V[s]!).near(v, 1e-9)),
    ...Q(byHand).map((q, i) => check(144, `${named[i]} of the coin`, flat(coin.Q)[i]!).near(q, 1e-9)),
    ...most.map((v, s) => check(143, `V*(${s})`, best.V[s]!).near(v, 1e-9)),
    ...Q(most).map((q, i) => check(144, named[i]!.replace('Q', 'Q*'), flat(best.Q)[i]!).near(q, 1e-9)),
    ...rates.map((rate, i) => check(145, `what a sweep leaves of what is wrong, ${i === 0 ? 'the coin' : 'the best'}`, rate).near(gamma, 1e-6)),
  ]; // prettier-ignore
}

function equationChecks(wrong: readonly (readonly number[])[]): Check[] {
  const names = ['(1), V', '(2), Q from V', '(3), V from Q', '(4), Q'];
  return names.map(
    (name, i) =>
    check(145 + i, `residual of equation ${name}`, Math.max(...wrong.map((one) => one[i]!))).below(1e-10), // prettier-ignore
  );
}

function returnChecks(): Check[] {
  const [rewards, ones] = [[1, 2, 3], Array.from({ length: 1000 }, () => 1)];
  const weights = returns([0, 0, 0, 1], { gamma: 0.9 });
  return [
    check(151, 'return of 1, 2, 3 with γ = 0.5', discountedReturn(rewards, { gamma: 0.5 })).near(2.75, 1e-12),
    check(151, 'return of 1 for ever with γ = 0.9', discountedReturn(ones, { gamma: 0.9 })).near(10, 1e-9),
    check(151, 'return of 1, 2, 3 with γ = 0', discountedReturn(rewards, { gamma: 0 })).equals(1),
    check(151, 'near rewards weigh more', [...weights].every((w, t) => t === 0 || w > weights[t - 1]!)).equals(true),
    check(152, 'mean reward of 1, 2, 3', averageReward(rewards)).equals(2),
  ]; // prettier-ignore
}
