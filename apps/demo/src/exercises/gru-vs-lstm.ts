/**
 * GRU beside LSTM: three quarters of the weights, less time for a step, and the same memory.
 *
 *     r = σ(…)   z = σ(…)   n = tanh(W x + r ⊙ (U h))   h' = (1 − z) ⊙ n + z ⊙ h
 *
 * PyTorch's z keeps the state where the course's takes over the candidate: z = 1 − z of the course.
 * The task: of twenty numbers, remember the one that is marked.
 */
import { backward } from '@kasane/autograd';
import { GRU, GRUCell, GRUResetBeforeCell, LSTM, RNN } from '@kasane/layers-rnn';
import { Linear } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, noGrad, rand, randn, scope, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { AsyncPart, Exercise } from '../exercise.ts';
import { float64 } from '../float64.ts';
import { Losses, read as readNumber } from '../losses.ts';
import { largestDifference, mean } from '../statistics.ts';
import { fastest } from '../timing.ts';

const UNITS = 128; // of the cells whose weights are counted
const ROUNDS = 100; // of timing
const [TIMED_LENGTH, TIMED_BATCH] = [5, 32]; // a millisecond or two, which seldom lies in two slices of time
const LENGTH = 20; // numbers of the task
const PLACES = LENGTH - 5; // where the marked one may stand
const BATCH = 32;
const LOG_EVERY = 20; // steps between two points of the loss
const TAIL = 100; // steps whose mean loss is the result
const FAR = 40; // a sum at which σ is 0 or 1, and tanh ±1, to the last digit

// #region lesson
const KINDS = {
  RNN: (inputs: number, units: number, generator: Generator) => {
    const layer = new RNN(inputs, units, { bias: 'single', generator });
    return { layer, read: (x: Tensor): Tensor => layer.forward(x).output };
  },
  GRU: (inputs: number, units: number, generator: Generator) => {
    const layer = new GRU(inputs, units, { bias: 'single', generator });
    return { layer, read: (x: Tensor): Tensor => layer.forward(x).output };
  },
  LSTM: (inputs: number, units: number, generator: Generator) => {
    const layer = new LSTM(inputs, units, { bias: 'single', generator });
    return { layer, read: (x: Tensor): Tensor => layer.forward(x).output };
  },
} as const;
type Kind = keyof typeof KINDS;

/** (T, B, 2): numbers from −1 to 1 and a mark on one of them; (B, 1): the marked ones. */
async function marked(generator: Generator): Promise<readonly [Tensor, Tensor]> {
  const drawn = scope(() => rand([LENGTH, BATCH], { generator }).mul(2).sub(1));
  const values = await drawn.data();
  drawn.dispose();
  const x = new Float32Array(LENGTH * BATCH * 2);
  values.forEach((value, i) => x.set([value], 2 * i));
  const wanted = Array.from({ length: BATCH }, (_, b) => {
    const place = generator.below(PLACES) * BATCH + b;
    x[2 * place + 1] = 1;
    return [values[place]!];
  });
  return [tensor(x, [LENGTH, BATCH, 2]), tensor(wanted)];
}

/** Sequences (T, B, 2) to a number for each, (B, 1). */
type Predict = (x: Tensor) => Tensor;

interface Settings {
  readonly hidden: number;
  readonly lr: number;
  readonly steps: number;
}

/** Trains a network of one kind; gives the loss of each step, and in the end the network. */
async function* training(
  kind: 'GRU' | 'LSTM',
  { hidden, lr, steps }: Settings,
  generator: Generator,
): AsyncGenerator<Tensor, Predict, void> {
  const { layer, read } = KINDS[kind](2, hidden, generator);
  const dense = new Linear(hidden, 1, { generator });
  const predict: Predict = (x) =>
    dense.forward(read(x).slice(0, -1).reshape([x.shape[1]!, hidden]));
  const step = trainStep(
    (numbers: Tensor, wanted: Tensor) => predict(numbers).sub(wanted).square().mean(),
    new Adam([...layer.parameters(), ...dense.parameters()], { lr }),
  );
  for (let i = 0; i < steps; i++) {
    const [numbers, wanted] = await marked(generator);
    yield step(numbers, wanted);
    numbers.dispose();
    wanted.dispose();
  }
  return predict;
}
// #endregion

/** A GRU cell of one unit with given weights on h and given sums otherwise, in the order r, z, n. */
function gruStep(hidden: readonly number[], sums: readonly number[], h: number): number {
  const cell = new GRUCell(1, 1, float64());
  cell.loadStateDict({
    weight_ih: zeros([3, 1], float64()),
    weight_hh: tensor(hidden, [3, 1], float64()),
    bias_ih: tensor(sums, float64()),
    bias_hh: zeros([3], float64()),
  });
  return cell.forward(tensor([[0]], float64()), tensor([[h]], float64())).item();
}

/** r = 0: the candidate does not see h; the original form, with r before the product, agrees. */
function resets(): number[] {
  const before = new GRUResetBeforeCell(1, 1, float64());
  before.loadStateDict({
    weight_ih: zeros([3, 1], float64()),
    weight_hh: tensor([[0], [0], [5]], float64()),
    bias_ih: tensor([-FAR, -FAR, 0.3], float64()),
    bias_hh: zeros([3], float64()),
  });
  return [
    gruStep([0, 0, 5], [-FAR, -FAR, 0.3], 2),
    before.forward(tensor([[0]], float64()), tensor([[2]], float64())).item(),
  ];
}

/** What the gates do to one unit; z of the course is 1 − z of the cell. */
function gates(): Check[] {
  const candidate = Math.tanh(0.3);
  return [
    check(46, 'r = 0: the new state is the candidate of the input alone', largestDifference(resets(), [candidate, candidate])).below(1e-12),
    check(47, "the course's z = 0 keeps h", gruStep([0, 0, 5], [FAR, FAR, 0.3], 2)).near(2, 1e-12),
    check(47, "the course's z = 1 replaces h", gruStep([0, 0, 0], [FAR, -FAR, 0.3], 2)).near(candidate, 1e-12),
    check(49, 'the cell with z = 0.25, h = 2, h_bar = −1: (1 − z) h + z h_bar', gruStep([0, 0, 0], [0, Math.log(3), -FAR], 2)).near(1.25, 1e-12),
    check(49, 'the same mixture with h_bar = −0.6', gruStep([0, 0, 0], [0, Math.log(3), Math.atanh(-0.6)], 2)).near(1.35, 1e-12),
  ]; // prettier-ignore
}

/** Milliseconds of a step of training for each kind. */
async function* times(
  kinds: readonly Kind[],
  generator: Generator,
  total: number,
): AsyncPart<never, number[]> {
  const x = randn([TIMED_LENGTH, TIMED_BATCH, 2], { generator });
  const works = kinds.map((kind) => {
    const { layer, read } = KINDS[kind](2, UNITS, generator);
    return (): Tensor =>
      scope(() => {
        const sum = read(x).sum();
        backward(sum);
        layer.zeroGrad();
        return sum.detach();
      });
  });
  return yield* fastest(works, ROUNDS, { type: 'progress', step: 0, total });
}

export const gruVsLstm: Exercise = defineExercise({
  id: 'gru-vs-lstm',
  title: { en: 'GRU and LSTM', ja: 'GRUとLSTMの比較' },
  summary: 'Counts the weights of RNN, GRU and LSTM, times their steps, and lets them remember.',
  rows: [45, 46, 47, 49, 50, 131],
  parameters: {
    hidden: { type: 'integer', default: 16, min: 1, max: 256, description: 'units in the task' },
    lr: { type: 'number', default: 0.01, min: 1e-6, max: 10, description: 'learning rate' },
    steps: {
      type: 'integer',
      default: 2000,
      min: 100,
      max: 1e5,
      description: 'training steps in the task',
    },
  },
  charts: {
    loss: { x: 'step', y: 'mean squared error', scale: 'log' },
  },
  async *run({ parameters, seed }) {
    const { steps } = parameters;
    const generator = new Generator(seed);
    const kinds = Object.keys(KINDS) as readonly Kind[]; // they are its keys
    const sizes = kinds.map((kind) => KINDS[kind](2, UNITS, generator).layer.numParameters());
    const [rnnSize, gruSize, lstmSize] = [sizes[0]!, sizes[1]!, sizes[2]!];
    const ms = yield* times(kinds, generator.fork('times'), 2 * steps);
    yield {
      type: 'table',
      name: `${UNITS} units, 2 inputs`,
      columns: ['layer', 'weights', `ms for ${TIMED_LENGTH} steps of ${TIMED_BATCH}, and back`],
      rows: kinds.map((kind, i) => [kind, sizes[i]!, ms[i]!]),
    };

    async function* trained(
      kind: 'GRU' | 'LSTM',
    ): AsyncPart<'loss', { loss: number; predict: Predict }> {
      const pending = new Losses();
      const losses: number[] = [];
      const network = training(kind, parameters, generator);
      const before = kind === 'GRU' ? 0 : steps;
      let i = 0;
      for (;;) {
        const next = await network.next();
        if (next.done === true) {
          losses.push(...(await pending.read()));
          const loss = mean(losses.slice(-TAIL));
          yield { type: 'metric', name: `loss of ${kind} at the end`, value: loss };
          return { loss, predict: next.value };
        }
        pending.push(next.value);
        if (++i % LOG_EVERY > 0) continue;
        losses.push(...(await pending.read()));
        const y = losses.at(-1)!;
        yield { type: 'progress', step: before + i, total: 2 * steps, loss: y };
        yield { type: 'series', chart: 'loss', name: kind, x: i, y };
      }
    }
    const gru = yield* trained('GRU');
    const lstm = yield* trained('LSTM');

    const checks: Check[] = [
      check(45, 'weights of GRU with 128 units and 2 inputs', gruSize).equals(50_304),
      check(45, 'weights of LSTM', lstmSize).equals(67_072),
      check(45, 'GRU over LSTM', gruSize / lstmSize).equals(0.75),
      check(131, 'weights of RNN', rnnSize).equals(16_768),
      ...gates(),
      check([50, 131], 'time of LSTM over time of GRU', ms[2]! / ms[1]!).above(1),
      check(131, 'time of GRU over time of RNN', ms[1]! / ms[0]!).above(1),
      check(50, 'loss of LSTM at the end', lstm.loss).on('loss').below(0.05),
      check(50, 'loss of GRU at the end', gru.loss).on('loss').below(0.05),
    ];
    return { checks, trained: { GRU: gru.predict, LSTM: lstm.predict } };
  },
  tries: {
    remember: {
      title: { en: 'Remember one number of twenty', ja: '印のある数を覚える' },
      parameters: {
        number: { type: 'number', default: 0.5, min: -1, max: 1, description: 'the number that is marked' },
        place: { type: 'integer', default: 3, min: 1, max: PLACES, description: 'where it stands' },
      }, // prettier-ignore
      async *run(networks, { number, place }) {
        const others = rand([LENGTH], { generator: new Generator(place) })
          .mul(2)
          .sub(1);
        const values = [...(await others.data())].with(place - 1, number);
        yield {
          type: 'tokens',
          name: 'numbers, and the mark',
          tokens: values.map((v) => v.toFixed(2)),
          values: values.map((_, i) => (i === place - 1 ? 1 : 0)),
        };
        for (const [name, predict] of Object.entries(networks)) {
          const x = tensor(values.map((v, i) => [[v, i === place - 1 ? 1 : 0]])); // (T, 1, 2)
          yield {
            type: 'metric',
            name: `what ${name} says it was`,
            value: await readNumber(noGrad(() => predict(x))),
          };
        }
      },
    },
  },
});
