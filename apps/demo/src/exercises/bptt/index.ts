/**
 * Backpropagation through time, derived by hand and held against autograd: every gradient agrees to
 * 1e-10 in float64.
 *
 * The network is a recurrent one with biases, states as rows:
 *
 *     u^t = x^t W_in + z^(t−1) W + b      z^t = f(u^t)      v^t = z^t W_out + c      y^t = σ(v^t)
 *
 * with E = Σ_t (y^t − d^t)² / 2. By hand, with δ^t = ∂E/∂u^t and δout^t = ∂E/∂v^t, from the last
 * step to the first:
 *
 *     δout^t = (y^t − d^t) σ'(v^t)
 *     δ^t    = (δout^t W_outᵀ + δ^(t+1) Wᵀ) f'(u^t)
 */
import { backward } from '@kasane/autograd';
import { Generator, rand, randn } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { Exercise } from '../../exercise.ts';
import { float64 } from '../../float64.ts';
import { largestDifference } from '../../statistics.ts';
import {
  byDifferences,
  byShift,
  challenge,
  NAMES,
  oneStep,
  quizzes,
  reach,
  visits,
} from './checks.ts';
import { ACTIVATIONS, contributions, deltas, errorOf, forward, numbers, total } from './network.ts';
import { plainForward } from './plain.ts';

export const bptt: Exercise = defineExercise({
  id: 'bptt',
  title: { en: 'Backpropagation through time by hand', ja: 'BPTT（通時的誤差逆伝播法）' },
  summary: 'Derives the gradients of a recurrent network by hand and holds them against autograd.',
  rows: [20, 21, 22, 23, 24, 25, 26, 27, 28, 29],
  parameters: {
    length: { type: 'integer', default: 8, min: 2, max: 100, description: 'steps in time' },
    hidden: {
      type: 'integer',
      default: 4,
      min: 1,
      max: 32,
      description: 'units of input, hidden layer and output alike',
    },
    activation: {
      type: 'choice',
      options: ['sigmoid', 'tanh', 'identity'],
      default: 'sigmoid',
      description: 'of the hidden layer',
    },
  },
  variants: {
    tanh: {
      title: { en: 'With tanh in the hidden layer', ja: '中間層にtanh' },
      parameters: { activation: 'tanh' },
    },
    identity: {
      title: { en: 'With the identity in the hidden layer', ja: '中間層に恒等写像' },
      parameters: { activation: 'identity' },
    },
  },
  charts: {
    delta: { x: 't', y: 'norm of δ', scale: 'log' },
  },
  *run({ parameters: { length, hidden, activation }, seed }) {
    const { f, slope } = ACTIVATIONS[activation];
    const generator = new Generator(seed);
    const options = { generator, ...float64() };
    const draw = (rows: number): Tensor =>
      randn([rows, hidden], options).mul(1 / Math.sqrt(hidden));
    const [wIn, w, wOut, b, c] = [draw(hidden), draw(hidden), draw(hidden), draw(1), draw(1)];
    const weights = { wIn, w, wOut, b, c };
    const x = Array.from({ length }, () => randn([1, hidden], options)); // T × (1, I)
    const d = Array.from({ length }, () => rand([1, hidden], options)); // T × (1, O)
    const example = { weights, x, d };

    // ——— by hand, by autograd, by differences ———
    const trace = forward(weights, x, f);
    const hand = deltas(weights, trace, d, slope);
    const terms = contributions(x, trace, hand);
    const byHand = NAMES.map((name) => total(terms[name]));

    for (const name of NAMES) weights[name].requiresGrad = true;
    backward(errorOf(forward(weights, x, f).y, d));
    const byAutograd = NAMES.map((name) => weights[name].grad!.detach());
    const numerical = byDifferences(example, f);
    const apart = byHand.map((g, i) => largestDifference(numbers([g]), numbers([byAutograd[i]!])));
    const relative = numerical.map((values, i) => {
      return (
        largestDifference(numbers([byAutograd[i]!]), values) / Math.max(...values.map(Math.abs))
      );
    });
    yield {
      type: 'table',
      name: 'gradients',
      columns: [
        'of',
        'by hand and by autograd, difference',
        'by autograd and numerically, relative',
      ],
      rows: NAMES.map((name, i) => [name, apart[i]!, relative[i]!]),
    };

    // ——— the numbers beside the formulas ———
    const last = length - 1;
    const named = {
      'x^T': x[last]!,
      'z^(T−1)': trace.z[last]!,
      'u^T': trace.u[last]!,
      'z^T': trace.z[length]!,
      'y^T': trace.y[last]!,
      'δ^T': hand.delta[last]!,
      '∂E/∂W': byHand[1]!,
    };
    for (const [name, value] of Object.entries(named)) {
      yield { type: 'tensor', name, shape: value.shape, values: value.dataSync() };
    }
    yield {
      type: 'heatmap',
      name: 'δ, from the last step back to the first',
      rows: Array.from({ length: hidden }, (_, j) => `unit ${j + 1}`),
      columns: x.map((_, t) => String(t + 1)),
      values: Array.from({ length: hidden }, (_, j) => hand.delta.map((dt) => dt.dataSync()[j]!)),
      x: 't',
    };
    yield {
      type: 'series',
      chart: 'delta',
      name: 'norm of δ',
      x: x.map((_, t) => t + 1),
      y: hand.delta.map((dt) => Math.hypot(...dt.dataSync())),
    };
    const plain = largestDifference(
      plainForward(weights, x, activation),
      numbers([...trace.u, ...trace.z.slice(1), ...trace.y]),
    );
    const deltaApart = largestDifference(numbers(hand.delta), numbers(byShift(example, f)));
    const reached = reach(example, trace, slope);

    return [
      check(20, 'gradients by autograd against numerical ones, relative', Math.max(...relative)).below(1e-6),
      ...visits(),
      ...quizzes(),
      check(23, '∂E/∂W_in by hand against autograd', apart[0]!).below(1e-10),
      check(23, '∂E/∂W by hand against autograd', apart[1]!).below(1e-10),
      check(23, '∂E/∂W_out by hand against autograd', apart[2]!).below(1e-10),
      check(24, '∂E/∂b by hand against autograd', apart[3]!).below(1e-10),
      check(24, '∂E/∂c by hand against autograd', apart[4]!).below(1e-10),
      check(25, 'the formulas in plain numbers against the tensors', plain).below(1e-12),
      oneStep(weights, byAutograd),
      ...reached,
      check(28, 'δ by the recursion against ∂E/∂u by autograd', deltaApart).below(1e-10),
      challenge(example),
    ]; // prettier-ignore
  },
});
