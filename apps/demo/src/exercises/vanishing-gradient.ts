/**
 * How much of the gradient is left t steps back in time: of a recurrent network with sigmoid, less than
 * a thousandth after 50; of an LSTM, a hundred times as much or more; of a constant error carousel, all.
 *
 *     ∂L/∂h^(t−1) = ∂L/∂h^t · diag(f'(u^t)) W          σ'(u) ≤ 1/4
 *     ∂L/∂c^(t−1) = ∂L/∂c^t · f^t + …                  LSTM, with forget gate f
 *     ∂L/∂c^(t−1) = ∂L/∂c^t                            the carousel, c^t = c^(t−1) + a^t
 *
 * The same happens through layers: ten sigmoids leave at most 0.25¹⁰ of a gradient, weights aside.
 */
import { grad, gradients } from '@kasane/autograd';
import { CECCell, LSTMCell, RNNCell } from '@kasane/layers-rnn';
import { Generator, linspace, randn, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { float64 } from '../float64.ts';
import { fitLine } from '../statistics.ts';

const INPUTS = 4;
const BATCH = 8; // sequences
const DEPTH = 10; // sigmoid layers

const norm = (t: Tensor): number => Math.hypot(...t.dataSync());

/** ‖∂L/∂s^t‖ for t = 1 … T, with L = ‖h^T − d‖² / 2 over a batch. */
function carriedBack(states: readonly Tensor[], output: Tensor, target: Tensor): number[] {
  const loss = output.sub(target).square().sum().mul(0.5);
  return gradients([loss], states).map((g) => norm(g!));
}

export const vanishingGradient: Exercise = defineExercise({
  id: 'vanishing-gradient',
  title: { en: 'The vanishing gradient', ja: '勾配消失問題' },
  summary:
    'Follows a gradient back in time through a plain RNN, an LSTM and a constant error carousel.',
  rows: [30, 31, 32, 33, 34, 37, 38],
  packages: ['@kasane/tensor-core', '@kasane/autograd', '@kasane/layers-rnn'],
  parameters: {
    length: { type: 'integer', default: 50, min: 5, max: 1000, description: 'steps in time' },
    hidden: { type: 'integer', default: 32, min: 1, max: 512, description: 'hidden units' },
  },
  charts: {
    norm: { x: 't', y: 'norm of ∂L/∂h at t, over that at T', scale: 'log' },
    slope: { x: 'u', y: 'derivative of the sigmoid' },
    depth: { x: 'layer', y: 'share of the gradient that is left', scale: 'log' },
  },
  *run({ parameters: { length, hidden }, seed }) {
    const generator = new Generator(seed);
    const options = { generator, ...float64() };
    const x = Array.from({ length }, () => randn([BATCH, INPUTS], options)); // T × (B, I)
    const target = randn([BATCH, hidden], options);

    // ——— back through time ———
    const rnn = new RNNCell(INPUTS, hidden, { nonlinearity: 'sigmoid', ...options });
    const h: Tensor[] = [];
    for (const xt of x) h.push(rnn.step(xt, h.at(-1) ?? rnn.zeroState(BATCH, xt)).state);
    const rnnNorms = carriedBack(h, h.at(-1)!, target);

    const lstm = new LSTMCell(INPUTS, hidden, options);
    let state = lstm.zeroState(BATCH, x[0]!);
    const c: Tensor[] = [];
    for (const xt of x) {
      ({ state } = lstm.step(xt, state));
      c.push(state.c);
    }
    const lstmNorms = carriedBack(c, state.h, target);

    const carousel = new CECCell(INPUTS, hidden, options);
    const first = carousel.zeroState(BATCH, x[0]!);
    first.requiresGrad = true;
    const held: Tensor[] = [first];
    for (const xt of x) held.push(carousel.step(xt, held.at(-1)!).state);
    const heldNorms = carriedBack(held, held.at(-1)!, target);

    const relative = (norms: readonly number[]): number[] => norms.map((n) => n / norms.at(-1)!);
    const times = Array.from({ length }, (_, t) => t + 1);
    const kinds = { RNN: rnnNorms, LSTM: lstmNorms, CEC: heldNorms.slice(1) };
    for (const [name, norms] of Object.entries(kinds)) {
      yield { type: 'series', chart: 'norm', name, x: times, y: relative(norms) };
    }
    const left = (norms: readonly number[]): number => norms[0]! / norms.at(-1)!;
    const decay = fitLine(times, rnnNorms.map(Math.log));
    const factors = heldNorms.slice(1).map((n, t) => n / heldNorms[t]!);
    yield {
      type: 'table',
      name: 'what is left at the first step',
      columns: ['network', 'share of the gradient'],
      rows: Object.entries(kinds).map(([name, norms]) => [name, left(norms)]),
    };

    // ——— the sigmoid itself ———
    const grid = linspace(-6, 6, 241, float64());
    const slopes = grad((u: Tensor) => u.sigmoid().sum())(grid).dataSync();
    yield { type: 'series', chart: 'slope', name: "σ'", x: [...grid.dataSync()], y: [...slopes] };
    const slopeAt = (u: number): number =>
      grad((v: Tensor) => v.sigmoid())(tensor(u, float64())).item();

    // ——— through layers, without weights: each sigmoid takes three quarters or more ———
    const start = tensor(0, { ...float64(), requiresGrad: true });
    const layers = [start];
    for (let i = 0; i < DEPTH; i++) layers.push(layers[i]!.sigmoid());
    const depths = layers.map((layer) =>
      gradients([layer], [start], { retainGraph: true })[0]!.item(),
    );
    yield {
      type: 'series',
      chart: 'depth',
      name: 'sigmoid layers',
      x: depths.map((_, i) => i),
      y: depths,
    };

    return [
      check(30, `RNN: share of the gradient left ${length} steps back`, left(rnnNorms)).below(1e-3),
      check(
        30,
        'RNN: by how much the gradient shrinks with each step back',
        Math.exp(decay.slope),
      ).above(1),
      check(31, "LSTM: what is left, over the RNN's", left(lstmNorms) / left(rnnNorms)).atLeast(
        100,
      ),
      check(32, `${DEPTH} sigmoid layers: share left`, depths.at(-1)!).atMost(0.25 ** DEPTH),
      check(32, '0.25¹⁰', 0.25 ** DEPTH).near(9.5367e-7, 5e-12),
      check(33, "σ'(5)", slopeAt(5)).near(0.00664806, 5e-9),
      check(34, "σ'(0)", slopeAt(0)).equals(0.25),
      check(34, "largest σ' over a grid of 241 points", Math.max(...slopes)).equals(0.25),
      check(37, `CEC: ∂L/∂c at the first step over that at the last`, left(heldNorms)).equals(1),
      check(38, 'CEC: smallest factor of a step', Math.min(...factors)).equals(1),
      check(38, 'CEC: largest factor of a step', Math.max(...factors)).equals(1),
    ];
  },
});
