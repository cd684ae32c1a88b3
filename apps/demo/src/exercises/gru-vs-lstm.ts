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
import { Linear, type Module } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, ones, rand, randn, scope, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { float64 } from '../float64.ts';
import { largestDifference, mean, median } from '../statistics.ts';

const UNITS = 128; // of the cells whose weights are counted
const ROUNDS = 9; // of timing, whose median counts
const [TIMED_LENGTH, TIMED_BATCH] = [50, 32];
const LENGTH = 20; // numbers of the task
const BATCH = 32;
const TAIL = 100; // steps whose mean loss is the result

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

const count = (module: Module): number => module.numParameters();

/** (T, B, 2): numbers from −1 to 1 and a mark on one of them; (B, 1): the marked ones. */
function marked(generator: Generator): readonly [Tensor, Tensor] {
  const values = rand([LENGTH, BATCH], { generator }).mul(2).sub(1).dataSync();
  const x = new Float32Array(LENGTH * BATCH * 2);
  values.forEach((value, i) => x.set([value], 2 * i));
  const wanted = Array.from({ length: BATCH }, (_, b) => {
    const place = generator.below(LENGTH - 5) * BATCH + b;
    x[2 * place + 1] = 1;
    return [values[place]!];
  });
  return [tensor(x, [LENGTH, BATCH, 2]), tensor(wanted)];
}

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

export const gruVsLstm: Exercise = defineExercise({
  id: 'gru-vs-lstm',
  title: { en: 'GRU and LSTM', ja: 'GRUとLSTMの比較' },
  summary: 'Counts the weights of RNN, GRU and LSTM, times their steps, and lets them remember.',
  rows: [45, 46, 47, 49, 50, 131],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/optim',
    '@kasane/layers-rnn',
  ],
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
  *run({ parameters: { hidden, lr, steps }, seed }) {
    const generator = new Generator(seed);
    const kinds = Object.keys(KINDS) as readonly Kind[]; // they are its keys

    // ——— weights ———
    const sizes = kinds.map((kind) => count(KINDS[kind](2, UNITS, generator).layer));
    const [rnnSize, gruSize, lstmSize] = [sizes[0]!, sizes[1]!, sizes[2]!];

    // ——— time of a training step, the three in turn ———
    const x = randn([TIMED_LENGTH, TIMED_BATCH, 2], { generator });
    const timed = kinds.map((kind) => {
      const { layer, read } = KINDS[kind](2, UNITS, generator);
      return (): number => {
        const start = performance.now();
        scope(() => {
          backward(read(x).sum());
          layer.zeroGrad();
        });
        return performance.now() - start;
      };
    });
    const times: number[][] = kinds.map(() => []);
    for (let round = 0; round < ROUNDS + 2; round++) {
      timed.forEach((time, i) => {
        const ms = time();
        if (round >= 2) times[i]!.push(ms); // the first ones warm up
      });
      yield { type: 'progress', step: 0, total: 2 * steps };
    }
    const ms = times.map(median);
    yield {
      type: 'table',
      name: `${UNITS} units, 2 inputs`,
      columns: ['layer', 'weights', `ms for ${TIMED_LENGTH} steps of ${TIMED_BATCH}, and back`],
      rows: kinds.map((kind, i) => [kind, sizes[i]!, ms[i]!]),
    };

    // ——— the task ———
    const losses: Partial<Record<Kind, number>> = {};
    for (const [k, kind] of (['GRU', 'LSTM'] as const).entries()) {
      const { layer, read } = KINDS[kind](2, hidden, generator);
      const dense = new Linear(hidden, 1, { generator });
      const optimizer = new Adam([...layer.parameters(), ...dense.parameters()], { lr });
      const step = compile(
        (numbers: Tensor, wanted: Tensor): Tensor => {
          const last = read(numbers).slice(0, -1).reshape([BATCH, hidden]);
          const loss = dense.forward(last).sub(wanted).square().mean();
          optimizer.zeroGrad();
          backward(loss);
          optimizer.step();
          return loss.detach();
        },
        { onFallback: () => {} }, // only the wasm backend compiles
      );
      const tail: number[] = [];
      for (let i = 1; i <= steps; i++) {
        const loss = scope(() => step(...marked(generator)).item());
        if (i > steps - TAIL) tail.push(loss);
        yield { type: 'progress', step: k * steps + i, total: 2 * steps, loss };
        if (i % 20 === 0) yield { type: 'series', chart: 'loss', name: kind, x: i, y: loss };
      }
      losses[kind] = mean(tail);
      yield { type: 'metric', name: `loss of ${kind} at the end`, value: losses[kind] };
    }

    // ——— the gates ———
    const far = 40; // a sum at which σ is 0 or 1 to the last digit
    const candidate = Math.tanh(0.3);
    // r ≡ 0: the candidate does not see h; the original form, with r before the product, agrees.
    const before = new GRUResetBeforeCell(1, 1, float64());
    before.loadStateDict({
      weight_ih: zeros([3, 1], float64()),
      weight_hh: tensor([[0], [0], [5]], float64()),
      bias_ih: tensor([-far, -far, 0.3], float64()),
      bias_hh: zeros([3], float64()),
    });
    const reset = [
      gruStep([0, 0, 5], [-far, -far, 0.3], 2),
      before.forward(tensor([[0]], float64()), ones([1, 1], float64()).mul(2)).item(),
    ];
    return [
      check(45, 'weights of GRU with 128 units and 2 inputs', gruSize).equals(50_304),
      check(45, 'weights of LSTM', lstmSize).equals(67_072),
      check(45, 'GRU over LSTM', gruSize / lstmSize).equals(0.75),
      check(131, 'weights of RNN', rnnSize).equals(16_768),
      check(46, 'r = 0: the new state is the candidate of the input alone', largestDifference(reset, [candidate, candidate])).below(1e-12), // prettier-ignore
      check(47, "the course's z = 0 keeps h", gruStep([0, 0, 5], [far, far, 0.3], 2)).near(
        2,
        1e-12,
      ),
      check(47, "the course's z = 1 replaces h", gruStep([0, 0, 0], [far, -far, 0.3], 2)).near(candidate, 1e-12), // prettier-ignore
      check(49, '(1 − z) h + z h_bar with z = 0.25, h = 2, h_bar = −1', (1 - 0.25) * 2 + 0.25 * -1).equals(1.25), // prettier-ignore
      check(49, 'the same mixture in the cell, h_bar = −0.6', gruStep([0, 0, 0], [0, Math.log(3), Math.atanh(-0.6)], 2)).near(1.35, 1e-12), // prettier-ignore
      check([50, 131], 'time of LSTM over time of GRU', ms[2]! / ms[1]!).above(1),
      check(131, 'time of GRU over time of RNN', ms[1]! / ms[0]!).above(1),
      check(50, 'loss of LSTM at the end', losses.LSTM!).below(0.05),
      check(50, 'loss of GRU at the end', losses.GRU!).below(0.05),
    ];
  },
});
