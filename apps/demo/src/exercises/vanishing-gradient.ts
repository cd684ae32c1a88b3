/**
 * How much of the gradient is left t steps back in time: of a recurrent network with sigmoid, less than
 * a thousandth after 50; of a constant error carousel, all. Trained on the same task, to remember a number for 50
 * steps, an LSTM's answer depends on that number more than a hundred times as much as the plain network's.
 *
 *     ∂L/∂h^(t−1) = ∂L/∂h^t · diag(f'(u^t)) W          σ'(u) ≤ 1/4
 *     ∂L/∂c^(t−1) = ∂L/∂c^t · f^t + …                  LSTM, with forget gate f
 *     ∂L/∂c^(t−1) = ∂L/∂c^t                            the carousel, c^t = c^(t−1) + a^t
 *
 * The same happens through layers: ten sigmoids leave at most 0.25¹⁰ of a gradient, weights aside.
 */
import { grad, gradients } from '@kasane/autograd';
import { CECCell, LSTM, RNN, RNNCell } from '@kasane/layers-rnn';
import { init, Linear, Module, Sequential, Sigmoid } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import {
  concat,
  Generator,
  linspace,
  noGrad,
  rand,
  randn,
  scope,
  tensor,
  zeros,
} from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { AsyncPart, Exercise } from '../exercise.ts';
import { float64 } from '../float64.ts';
import { Losses, read } from '../losses.ts';
import { fitLine, mean } from '../statistics.ts';

const INPUTS = 4;
const BATCH = 8; // sequences whose gradient is followed
const DEPTH = 10; // sigmoid layers
const WIDTH = 32; // units of each
const LEARNED_FROM = 32; // sequences in each step of training
const UNITS = 16; // of the networks that are trained
const LR = 0.01;
const LOG_EVERY = 20; // steps of each point of the curves

const norm = (t: Tensor): number => Math.hypot(...t.dataSync());

// #region lesson
/** ‖∂L/∂s^t‖ for t = 1 … T, with L = ‖h^T − d‖² / 2 over a batch. */
function carriedBack(states: readonly Tensor[], target: Tensor): number[] {
  const loss = states.at(-1)!.sub(target).square().sum().mul(0.5);
  return gradients([loss], states).map((g) => norm(g!));
}

/** Reads numbers (T, B, 1), and says at the end what the first one was, (B, 1). */
class Rememberer extends Module {
  readonly recurrent: RNN | LSTM;
  readonly dense: Linear;

  constructor(kind: Kind, generator: Generator) {
    super();
    if (kind === 'LSTM') {
      this.recurrent = new LSTM(1, UNITS, { bias: 'single', generator });
      // The forget gate starts open; gates stand in the order i, f, g, o.
      const open = zeros([4, UNITS]).add(tensor([[0], [4], [0], [0]]));
      this.recurrent.cell(0).biasIh!.assign(open.reshape([4 * UNITS]));
    } else {
      this.recurrent = new RNN(1, UNITS, { nonlinearity: 'sigmoid', bias: 'single', generator });
    }
    this.dense = new Linear(UNITS, 1, { generator });
  }

  forward(x: Tensor): Tensor {
    const { recurrent } = this;
    const { output } = recurrent instanceof LSTM ? recurrent.forward(x) : recurrent.forward(x);
    return this.dense.forward(output.slice(0, -1).reshape([x.shape[1]!, UNITS]));
  }
}
type Kind = 'RNN' | 'LSTM';

/** A number from −1 to 1 in each of B sequences, and silence after it: (T, B, 1). */
const sequences = (length: number, batch: number, generator: Generator): Tensor =>
  concat([rand([1, batch, 1], { generator }).mul(2).sub(1), zeros([length - 1, batch, 1])]);

/** Gives the loss of each step. */
function* training(
  network: Rememberer,
  { length, steps }: { readonly length: number; readonly steps: number },
  generator: Generator,
): Iterable<Tensor> {
  const step = trainStep(
    (x: Tensor) => {
      const first = x.slice(0, 0, 1).reshape([LEARNED_FROM, 1]);
      return network.forward(x).sub(first).square().mean();
    },
    new Adam(network.parameters(), { lr: LR }),
  );
  for (let i = 0; i < steps; i++) {
    yield scope(() => step(sequences(length, LEARNED_FROM, generator)));
  }
}
// #endregion

interface Trained {
  readonly network: Rememberer;
  readonly loss: number;
  /** ‖∂y/∂x^t‖ at the first and at the last step. */
  readonly first: number;
  readonly last: number;
}

export const vanishingGradient: Exercise = defineExercise({
  id: 'vanishing-gradient',
  title: { en: 'The vanishing gradient', ja: '勾配消失問題' },
  summary:
    'Follows gradients back in time through a plain RNN, an LSTM and a constant error carousel.',
  rows: [30, 31, 32, 33, 34, 37, 38],
  parameters: {
    length: { type: 'integer', default: 50, min: 5, max: 1000, description: 'steps in time' },
    hidden: { type: 'integer', default: 32, min: 1, max: 512, description: 'hidden units' },
    steps: {
      type: 'integer',
      default: 1000,
      quick: 400,
      min: 20,
      max: 1e5,
      description: 'steps of training of RNN and LSTM',
    },
  },
  charts: {
    loss: { x: 'step', y: 'mean squared error', scale: 'log' },
    input: { x: 't', y: 'what a number changes in the answer, at the end', scale: 'log' },
    norm: { x: 't', y: 'norm of ∂L/∂h at t, over that at T', scale: 'log' },
    slope: { x: 'u', y: 'derivative of the sigmoid' },
    depth: { x: 'layer', y: 'share of the gradient that is left', scale: 'log' },
  },
  async *run({ parameters: { length, hidden, steps }, seed }) {
    const generator = new Generator(seed);
    const options = { generator, ...float64() };
    const x = Array.from({ length }, () => randn([BATCH, INPUTS], options)); // T × (B, I)
    const target = randn([BATCH, hidden], options);

    // ——— back through time ———
    const rnn = new RNNCell(INPUTS, hidden, { nonlinearity: 'sigmoid', ...options });
    const h: Tensor[] = [];
    for (const xt of x) h.push(rnn.step(xt, h.at(-1) ?? rnn.zeroState(BATCH, xt)).state);
    const rnnNorms = carriedBack(h, target);

    const carousel = new CECCell(INPUTS, hidden, options);
    const first = carousel.zeroState(BATCH, x[0]!);
    first.requiresGrad = true;
    const held: Tensor[] = [first];
    for (const xt of x) held.push(carousel.step(xt, held.at(-1)!).state);
    const heldNorms = carriedBack(held, target);

    const times = Array.from({ length }, (_, t) => t + 1);
    const kinds = { RNN: rnnNorms, CEC: heldNorms.slice(1) };
    for (const [name, norms] of Object.entries(kinds)) {
      yield {
        type: 'series',
        chart: 'norm',
        name,
        x: times,
        y: norms.map((n) => n / norms.at(-1)!),
      };
    }
    const left = (norms: readonly number[]): number => norms[0]! / norms.at(-1)!;
    const decay = fitLine(times, rnnNorms.map(Math.log));
    const factors = heldNorms.slice(1).map((n, t) => n / heldNorms[t]!);

    // ——— trained on the same task ———
    async function* trained(kind: Kind): AsyncPart<'loss' | 'input', Trained> {
      const own = new Generator(seed).fork(kind);
      const network = new Rememberer(kind, own);
      const pending = new Losses();
      const total = 2 * steps;
      let [step, loss] = [kind === 'RNN' ? 0 : steps, Number.NaN];
      for (const one of training(network, { length, steps }, own)) {
        pending.push(one);
        if (++step % LOG_EVERY > 0) continue;
        loss = mean(await pending.read());
        yield { type: 'progress', step, total, loss };
        yield { type: 'series', chart: 'loss', name: kind, x: step % steps || steps, y: loss };
      }
      const numbers = sequences(length, BATCH, own);
      numbers.requiresGrad = true;
      const [g] = gradients([network.forward(numbers).sum()], [numbers]);
      const sizes = [...(await g!.square().sum([1, 2]).sqrt().data())]; // T
      yield { type: 'series', chart: 'input', name: kind, x: times, y: sizes };
      return { network, loss, first: sizes[0]!, last: sizes.at(-1)! };
    }
    const plain = yield* trained('RNN');
    const lstm = yield* trained('LSTM');
    const both = { RNN: plain, LSTM: lstm };
    yield {
      type: 'table',
      name: `trained to remember a number for ${length} steps`,
      columns: ['network', 'loss', 'what the first number changes', 'what the last one changes'],
      rows: Object.entries(both).map(([name, one]) => [name, one.loss, one.first, one.last]),
    };
    const ratio = ({ first: early, last }: Trained): number => early / last;

    // ——— the sigmoid itself, and many of them ———
    const grid = linspace(-6, 6, 241, float64());
    const slopes = grad((u: Tensor) => u.sigmoid().sum())(grid).dataSync();
    yield { type: 'series', chart: 'slope', name: "σ'", x: [...grid.dataSync()], y: [...slopes] };
    const slopeAt = (u: number): number =>
      grad((v: Tensor) => v.sigmoid())(tensor(u, float64())).item();
    const shares = throughLayers(new Generator(seed).fork('layers'));
    yield {
      type: 'series',
      chart: 'depth',
      name: 'sigmoid layers',
      x: shares.map((_, i) => i),
      y: shares,
    };

    const checks: Check[] = [
      check(30, `RNN: share of the gradient left ${length} steps back`, left(rnnNorms)).below(1e-3),
      check(
        30,
        'RNN: by how much the gradient shrinks with each step back',
        Math.exp(decay.slope),
      ).above(1),
      check(
        31,
        "trained: the first number's weight over the last one's, of LSTM over that of RNN",
        ratio(lstm) / ratio(plain),
      ).atLeast(100),
      check(31, "trained: loss of RNN over LSTM's", plain.loss / lstm.loss).above(3),
      check(32, `${DEPTH} sigmoid layers, weights that turn: share left`, shares.at(-1)!).atMost(
        0.25 ** DEPTH,
      ),
      check(32, `${DEPTH} sigmoid layers, each at its steepest: share left`, steepest()).near(
        9.5367e-7,
        5e-12,
      ),
      check(33, "σ'(5)", slopeAt(5)).near(0.00664806, 5e-9),
      check(34, "σ'(0)", slopeAt(0)).equals(0.25),
      check(34, "largest σ' over a grid of 241 points", Math.max(...slopes)).equals(0.25),
      check(37, `CEC: ∂L/∂c at the first step over that at the last`, left(heldNorms)).equals(1),
      check(38, 'CEC: smallest factor of a step', Math.min(...factors)).equals(1),
      check(38, 'CEC: largest factor of a step', Math.max(...factors)).equals(1),
    ];
    return { checks, trained: { both, length } };
  },
  tries: {
    remember: {
      title: { en: 'Remember a number', ja: '数を覚える' },
      parameters: {
        number: { type: 'number', default: 0.5, min: -1, max: 1, description: 'the first of the sequence' },
      }, // prettier-ignore
      async *run({ both, length }, { number }) {
        for (const [name, { network }] of Object.entries(both)) {
          const x = concat([tensor([[[number]]]), zeros([length - 1, 1, 1])]);
          const value = await read(noGrad(() => network.forward(x)));
          yield { type: 'metric', name: `what ${name} says ${length - 1} steps later`, value };
        }
      },
    },
  },
});

/** What is left of a gradient after each of ten layers; their weights turn it and keep its length, biases are zero. */
function throughLayers(generator: Generator): number[] {
  const layers = Array.from({ length: DEPTH }, () => {
    const dense = new Linear(WIDTH, WIDTH, { bias: false, ...float64() });
    init.orthogonal(dense.weight, { generator });
    return new Sequential(dense, new Sigmoid());
  });
  const start = randn([1, WIDTH], { generator, ...float64() });
  start.requiresGrad = true;
  const states = [start];
  for (const layer of layers) states.push(layer.forward(states.at(-1)!));
  // From behind: a gradient of length 1 after the last layer, before it, and so on.
  const seedOf = randn([1, WIDTH], { generator, ...float64() });
  const sizes = gradients([states.at(-1)!.mul(seedOf).sum()], states).map((g) => norm(g!));
  return sizes.toReversed().map((size) => size / sizes.at(-1)!);
}

/** The same where every sigmoid is at 0, its steepest place. */
function steepest(): number {
  const start = tensor(0, { ...float64(), requiresGrad: true });
  let value: Tensor = start;
  for (let i = 0; i < DEPTH; i++) value = value.sub(value.detach()).sigmoid();
  return gradients([value], [start])[0]!.item();
}
