/**
 * An agent is to find the way to a goal, around walls and pits, and nobody tells it the map.
 *
 *     state          the cell it is on
 *     action         a step up, to the right, down or to the left
 *     policy         which step it takes where: an arrow in each cell
 *     reward         1 for the goal, -1 for a pit, nothing for other steps: the points of the game
 *     Q(s, a)        the rewards, discounted, that come after step a from s on the best way
 *
 * Q-learning keeps a table of Q, a row for each cell. After every step it moves one entry a little towards what it saw:
 *
 *     Q(s, a) ← Q(s, a) + α [r + γ max_b Q(s', b) - Q(s, a)]
 *
 * A world with more states than a table can have needs a function instead: DQN learns a network whose inputs say where one is.
 */
import { DQN, FlattenObservation, greedyActions, qLearning, TimeLimit } from '@kasane/rl';
import { eye, Generator } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { TableEvent } from '../../events/event.ts';
import { defineExercise } from '../../exercise.ts';
import type { Exercise } from '../../exercise.ts';
import { learning } from '../../learning.ts';
import { UsageError } from '../../usage-error.ts';
import { drawnWalk, valuesAndPolicy, walk } from './pictures.ts';
import type { Stride } from './pictures.ts';
import { CELLS, COLUMNS, MAP, planned, world } from './world.ts';

const LETTERS = 'urdl';
const NAMES = ['up', 'right', 'down', 'left'];
const TOLERANCE = 0.02; // two steps more than needed cost more than that

/** The means of so many numbers in a row, and where each ends. */
function means(values: Float64Array, size: number): { x: number[]; y: number[] } {
  const ends = Array.from({ length: Math.floor(values.length / size) }, (_, i) => (i + 1) * size);
  return {
    x: ends,
    y: ends.map((end) => values.subarray(end - size, end).reduce((a, b) => a + b) / size),
  };
}

export const gridWorld: Exercise = defineExercise({
  id: 'grid-world',
  title: { en: 'A way through a grid', ja: 'グリッドワールド（Q学習・関数近似）' },
  summary: 'Learns the way to a goal with a table of values, and with a network.',
  rows: [132, 135, 138, 140, 141, 142],
  parameters: {
    slip: { type: 'number', default: 0, min: 0, max: 0.5, description: 'how likely a step goes to one of its sides' },
    gamma: { type: 'number', default: 0.9, min: 0.5, max: 0.99, description: 'discount of a step' },
    episodes: { type: 'integer', default: 20_000, quick: 5000, min: 100, max: 1_000_000, description: 'episodes of Q-learning' },
    alpha: { type: 'number', default: 0.5, min: 0.01, max: 1, description: 'how far a value of the table moves at first' },
    steps: { type: 'integer', default: 20_000, quick: 10_000, min: 1000, max: 1_000_000, description: 'steps of DQN' },
    lr: { type: 'number', default: 0.001, min: 1e-5, max: 0.1, description: 'learning rate of its network' },
  }, // prettier-ignore
  variants: {
    slippery: {
      title: { en: 'Where one slips', ja: '滑る床' },
      parameters: { slip: 0.1, episodes: 400_000, steps: 60_000, lr: 0.0002 },
    },
  },
  charts: {
    return: { x: 'episode', y: 'mean return' },
  },
  async *run({ parameters: { slip, gamma, episodes, alpha, steps, lr }, seed }) {
    const plan = planned(slip, gamma);
    // #region lesson
    const generator = new Generator(seed);
    const env = world(slip, 'anywhere');
    // Every step is drawn: what is learned is the best policy all the same.
    const { Q, returns: wandering } = await qLearning(env, {
      episodes,
      gamma,
      alpha: (progress) => alpha * (1 - progress) ** 2,
      epsilon: 1,
      maxSteps: 200,
      generator,
    });

    const seen = new TimeLimit(new FlattenObservation(world(slip, 'anywhere')), 200); // 48 inputs, one of them 1
    const agent = new DQN(seen, {
      gamma,
      lr,
      hidden: [64],
      batchSize: 128,
      bufferSize: 20_000,
      learningStarts: 500,
      targetUpdateInterval: 500,
      explorationFinalEps: 0.5,
      explorationFraction: 0.5,
      generator,
    });
    for await (const report of learning((options) => agent.learn(steps, options))) {
      yield { type: 'progress', step: Math.min(report.steps, steps), total: steps };
      const { episodes: x, meanReturn: y } = report;
      if (x > 0) yield { type: 'series', chart: 'return', name: 'DQN, last 100', x, y };
    }
    // #endregion
    const answers = await agent.network.forward(eye(env.P.length)).data(); // (48, 4), a row for each cell
    const network = Q.map((_, cell) => answers.subarray(4 * cell, 4 * cell + 4));
    const drawn = means(wandering, Math.ceil(episodes / 100));
    yield { type: 'series', chart: 'return', name: 'Q-learning, whose steps are drawn', ...drawn };
    yield valuesAndPolicy('planned with the map', plan.Q);
    yield valuesAndPolicy('learned, as a table', Q);
    yield valuesAndPolicy('learned, by a network', network);

    // How much less than the best one gets from each cell by the arrows, and how far the values of all steps are off.
    const lost = (values: readonly ArrayLike<number>[]): number[] => {
      const worth = plan.worthOf(greedyActions(values));
      return CELLS.map((cell) => plan.V[cell]! - worth[cell]!);
    };
    const share = (losses: readonly number[]): number =>
      losses.filter((one) => one < TOLERANCE).length / losses.length;
    const errors = CELLS.flatMap((cell) =>
      [0, 1, 2, 3].map((action) => Math.abs(Q[cell]![action]! - plan.Q[cell]![action]!)),
    );
    const best = greedyActions(Q);
    const player = new Generator(seed);
    const way = walk(world(slip, 'S'), player, undefined, (cell) => best[cell]!);
    yield drawnWalk('the way of Q-learning from the start', way.pictures);
    const points = way.strides.map(({ next }) => ({ G: 1, X: -1 })[MAP.join('')[next]!] ?? 0);
    const paid = way.strides.reduce((sum, { reward }) => sum + reward, 0);
    const early = wandering.reduce((a, b) => a + b) / episodes;
    const returns = Array.from({ length: 100 }, () => {
      const { strides } = walk(world(slip, 'anywhere'), player, undefined, (cell) => best[cell]!);
      return strides.reduce((sum, { reward }) => sum + reward, 0);
    });
    const late = returns.reduce((a, b) => a + b) / 100;
    const isSlippery = slip > 0; // then each value is a mean of chances, and as near as so many are
    return {
      checks: [
        check([132, 138], 'mean return of 100 episodes, less that of drawn steps', late - early).above(0.5),
        check(135, 'points of the walk, less its rewards added up', points.reduce((a: number, b) => a + b, 0) - paid).equals(0),
        check(141, 'largest |Q − Q*| of all steps', Math.max(...errors)).below(isSlippery ? 0.05 : 0.01),
        check([140, 141], 'share of cells from which the table goes the best way', share(lost(Q))).atLeast(1),
        check([140, 142], 'share of cells from which the network goes the best way', share(lost(network))).atLeast(0.95),
      ],
      trained: { slip, seed, Q, plan },
    }; // prettier-ignore
  },
  tries: {
    walk: {
      title: { en: 'Walk the grid yourself', ja: '自分で歩く' },
      parameters: {
        keys: { type: 'text', default: 'rrurrruurur', maxLength: 60, description: 'steps: u up, r right, d down, l left' },
      }, // prettier-ignore
      *run({ slip, seed, Q, plan }, { keys }) {
        const strange = [...keys].find((key) => !LETTERS.includes(key));
        if (strange !== undefined) {
          throw new UsageError(`keys must be u, r, d and l, got '${strange}' in '${keys}'`);
        }
        const env = world(slip, 'S');
        const { strides, pictures } = walk(env, new Generator(seed), undefined, (_, step) =>
          step < keys.length ? LETTERS.indexOf(keys[step]!) : undefined,
        );
        yield drawnWalk('your walk', pictures);
        yield stridesTable(strides, Q, plan.V);
        const points = strides.reduce((sum, { reward }) => sum + reward, 0);
        yield { type: 'metric', name: 'points', value: points };
      },
    },
    watch: {
      title: { en: 'Watch it walk from a cell of your own', ja: '好きなマスから歩かせる' },
      parameters: {
        row: { type: 'integer', default: 0, min: 0, max: MAP.length - 1, description: 'row of the cell, from the top' },
        column: { type: 'integer', default: 0, min: 0, max: COLUMNS - 1, description: 'its column, from the left' },
      }, // prettier-ignore
      *run({ slip, seed, Q, plan }, { row, column }) {
        const cell = row * COLUMNS + column;
        if (!CELLS.includes(cell)) {
          throw new UsageError(`one cannot stand on row ${row}, column ${column}: there is ${MAP[row]![column]}`); // prettier-ignore
        }
        const best = greedyActions(Q);
        const { strides, pictures } = walk(
          world(slip, 'S'),
          new Generator(seed),
          cell,
          (at) => best[at]!,
        );
        yield drawnWalk(`from row ${row}, column ${column}`, pictures);
        yield stridesTable(strides, Q, plan.V);
      },
    },
  },
});

/** Where each step began, what was done and what the policy would have done, and what came of it. */
function stridesTable(
  strides: readonly Stride[],
  Q: readonly Float64Array[],
  V: Float64Array,
): TableEvent {
  const best = greedyActions(Q);
  const place = (cell: number): string => `${Math.floor(cell / COLUMNS)}, ${cell % COLUMNS}`;
  return {
    type: 'table',
    name: 'states, actions and rewards',
    columns: ['row, column', 'action', 'the policy says', 'Q of the action', 'V*', 'reward'],
    rows: strides.map(({ cell, action, reward }) => [
      place(cell),
      NAMES[action]!,
      NAMES[best[cell]!]!,
      Q[cell]![action]!,
      V[cell]!,
      reward,
    ]),
  };
}
