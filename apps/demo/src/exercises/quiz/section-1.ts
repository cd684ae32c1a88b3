/** The questions on recurrent networks. */
import { grad, noGrad } from '@kasane/autograd';
import { RNNCell } from '@kasane/layers-rnn';
import { Generator, randn, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { float64 } from '../../float64.ts';
import { initialise } from '../rnn-binary-addition/network.ts';
import type { Question } from './question.ts';

const numbers = (t: Tensor): number[] => [...t.dataSync()];
const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

// ——— the three weights ———

const HIDDEN = 16;

const threeWeights: Question = {
  id: 'three-weights',
  row: 10,
  ask: {
    en: 'One weight leads from the input to the hidden layer, one from there to the output. Which is the third?',
    ja: '入力から中間層へ、中間層から出力への重みのほかに、RNNが持つ第三の重みはどれか',
  },
  options: {
    'hidden layer → hidden layer': () => [HIDDEN * HIDDEN],
    'output → hidden layer': () => [HIDDEN],
    'input → output': () => [2],
  },
  // What is left of the numbers of a live network without W_in and W_out.
  truth: () => {
    const settings = { std: 1, init: 'normal', derivative: 'true' } as const;
    const net = { ...settings, hidden: HIDDEN, activation: 'sigmoid' } as const;
    const weights = initialise(net, new Generator(0));
    const all = Object.values(weights).reduce((sum, w) => sum + w.size, 0);
    return [all - weights.wIn.size - weights.wOut.size];
  },
  by: 'counting the numbers of a network',
  key: ['hidden layer → hidden layer'],
};

// ——— dz/dx of z = t², t = x + y ———

const [X, Y] = [2, 3];

const chainRule: Question = {
  id: 'chain-rule',
  row: 22,
  ask: {
    en: 'z = t², t = x + y: what is dz/dx, at x = 2 and y = 3?',
    ja: 'z = t²、t = x + y のとき、x = 2、y = 3 での dz/dx はいくつか',
  },
  options: {
    '2(x + y)': () => [2 * (X + Y)],
    // As the report has it.
    '2(x + 1)': () => [2 * (X + 1)],
    '(x + y)²': () => [(X + Y) ** 2],
    '2x': () => [2 * X],
  },
  truth: () => {
    const z = (x: Tensor, y: Tensor): Tensor => x.add(y).square();
    return numbers(grad(z)(tensor(X, float64()), tensor(Y, float64())));
  },
  by: 'autograd',
  key: ['2(x + y)'],
};

// ——— y1 from x1, z0 and the weights ———

const [W_IN, W, W_OUT, B, C] = [0.5, 0.8, 1, 0.1, -0.2];
const [X1, Z0] = [1, 0.3];
const z1 = sigmoid(Z0 * W + X1 * W_IN + B);

const firstOutput: Question = {
  id: 'first-output',
  row: 26,
  ask: {
    en: 'What is y1, with z0, x1, the weights W_in, W, W_out, and the biases b and c?',
    ja: '最初の出力 y1 を計算する式はどれか（b と c はバイアス）',
  },
  options: {
    'g(W_out z1 + c), z1 = f(W_in x1 + W z0 + b)': () => [sigmoid(W_OUT * z1 + C)],
    // One bias in both places, as the report has it.
    'g(W_out z1 + c), z1 = f(W_in x1 + W z0 + c)': () => [
      sigmoid(W_OUT * sigmoid(Z0 * W + X1 * W_IN + C) + C),
    ],
    'W_out z1 + c, z1 = f(W_in x1 + W z0 + b)': () => [W_OUT * z1 + C],
    'g(W_out z1 + c), z1 = f(W_in x1 + b)': () => [sigmoid(W_OUT * sigmoid(X1 * W_IN + B) + C)],
  },
  truth: () => {
    const cell = new RNNCell(1, 1, { nonlinearity: 'sigmoid', ...float64() });
    const one = (value: number): Tensor => tensor([[value]], float64());
    cell.loadStateDict({
      weight_ih: one(W_IN),
      weight_hh: one(W),
      bias_ih: tensor([B], float64()),
      bias_hh: tensor([0], float64()),
    });
    const { output } = noGrad(() => cell.step(one(X1), one(Z0)));
    return numbers(output.mul(W_OUT).add(C).sigmoid());
  },
  by: 'a step of RNNCell',
  key: ['g(W_out z1 + c), z1 = f(W_in x1 + W z0 + b)'],
};

// ——— which product carries δ back through time? ———

const [LENGTH, BATCH, UNITS] = [5, 3, 4]; // as many units everywhere, so that every product can be made

type Weights = Readonly<Record<'W' | 'U' | 'V', Tensor>>; // (H, I), (H, H), (O, H)

/** The states h_0 … h_T and outputs of h_t = W x_t + U h_{t−1}, o_t = V h_t; the hidden layer is linear. */
function forward({ W, U, V }: Weights, x: readonly Tensor[]): { h: Tensor[]; o: Tensor[] } {
  const h = [zeros([BATCH, UNITS], float64())];
  for (const [t, xt] of x.entries()) h.push(xt.matmul(W.t()).add(h[t]!.matmul(U.t())));
  return { h, o: h.slice(1).map((ht) => ht.matmul(V.t())) };
}

/** E = Σ_t |o_t − d_t|² / 2 */
const error = (weights: Weights, x: readonly Tensor[], d: readonly Tensor[]): number =>
  forward(weights, x)
    .o.map((ot, t) => ot.sub(d[t]!).square().sum().item() / 2)
    .reduce((sum, term) => sum + term);

function example(): { weights: Weights; x: Tensor[]; d: Tensor[] } {
  const options = { generator: new Generator(5), ...float64() };
  const square = (): Tensor => randn([UNITS, UNITS], options).mul(0.5);
  const series = (): Tensor[] =>
    Array.from({ length: LENGTH }, () => randn([BATCH, UNITS], options));
  return { weights: { W: square(), U: square(), V: square() }, x: series(), d: series() };
}

/** ∂E/∂W, ∂E/∂U and ∂E/∂V by the recursion, with `carry` in the place of the blank. */
function bptt(carry: (delta: Tensor, weights: Weights) => Tensor): readonly number[] {
  const { weights, x, d } = example();
  const { h, o } = forward(weights, x);
  let [dW, dU, dV] = [
    zeros([UNITS, UNITS], float64()),
    zeros([UNITS, UNITS], float64()),
    zeros([UNITS, UNITS], float64()),
  ];
  for (let t = LENGTH - 1; t >= 0; t--) {
    const deltaOut = o[t]!.sub(d[t]!); // (B, O)
    dV = dV.add(deltaOut.t().matmul(h[t + 1]!));
    let delta = deltaOut.matmul(weights.V); // (B, H)
    for (let back = t; back >= 0; back--) {
      dW = dW.add(delta.t().matmul(x[back]!));
      dU = dU.add(delta.t().matmul(h[back]!));
      delta = carry(delta, weights);
    }
  }
  return [dW, dU, dV].flatMap(numbers);
}

const throughTime: Question = {
  id: 'through-time',
  row: 29,
  ask: {
    en: 'In BPTT with a linear hidden layer, what does delta_t become one step earlier?',
    ja: '中間層が線形のBPTTで、delta_t は一つ前の時刻では何になるか',
  },
  options: {
    'delta_t.dot(W)': () => bptt((delta, { W: matrix }) => delta.matmul(matrix)),
    'delta_t.dot(U)': () => bptt((delta, { U }) => delta.matmul(U)),
    'delta_t.dot(V)': () => bptt((delta, { V }) => delta.matmul(V)),
    'delta_t * V': () => bptt((delta, { V }) => delta.mul(V.sum(0))),
  },
  truth: () => {
    const { weights, x, d } = example();
    return (['W', 'U', 'V'] as const).flatMap((name) => {
      const values = weights[name].dataSync().slice();
      return Array.from(values, (value, i) => {
        const at = (moved: number): number => {
          values[i] = moved;
          const there = { ...weights, [name]: tensor(values, [UNITS, UNITS], float64()) };
          values[i] = value;
          return error(there, x, d);
        };
        return (at(value + 1e-4) - at(value - 1e-4)) / 2e-4;
      });
    });
  },
  by: 'numerical gradients',
  key: ['delta_t.dot(U)'],
};

export const section1: readonly Question[] = [threeWeights, chainRule, firstOutput, throughTime];
