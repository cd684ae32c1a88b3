/** The questions on LSTM. */
import { grad, gradients } from '@kasane/autograd';
import { LSTMCell } from '@kasane/layers-rnn';
import { clipGradNorm } from '@kasane/optim';
import { tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { float64 } from '../../float64.ts';
import type { Question } from './question.ts';

// ——— σ'(0) ———

const sigmoidSlope: Question = {
  id: 'sigmoid-slope',
  row: 34,
  ask: {
    en: 'What is the derivative of the sigmoid function at 0?',
    ja: 'シグモイド関数を微分したとき、入力値が0のときの値は？',
  },
  options: {
    '0.15': () => [0.15],
    '0.25': () => [0.25],
    '0.35': () => [0.35],
    '0.45': () => [0.45],
  },
  truth: () => [grad((x: Tensor) => x.sigmoid())(tensor(0)).item()],
  by: 'autograd',
  key: ['0.25'],
};

// ——— gradient clipping ———

const GRADIENT = [3, 4];
const THRESHOLD = 2; // at 1, dividing by the norm would do as well
const rate = THRESHOLD / Math.hypot(...GRADIENT);

const clipping: Question = {
  id: 'clipping',
  row: 36,
  ask: {
    en: 'Gradient clipping: what becomes of the gradient where rate = threshold / norm is below 1?',
    ja: '勾配クリッピングのコードの空欄に当てはまるのは？（rate = threshold / norm < 1 のとき）',
  },
  options: {
    'gradient * rate': () => GRADIENT.map((g) => g * rate),
    'gradient / norm': () => GRADIENT.map((g) => g / Math.hypot(...GRADIENT)),
    'gradient / threshold': () => GRADIENT.map((g) => g / THRESHOLD),
    'np.maximum(gradient, threshold)': () => GRADIENT.map((g) => Math.max(g, THRESHOLD)),
  },
  truth: () => {
    const parameter = zeros([2], { ...float64(), requiresGrad: true });
    parameter.grad = tensor(GRADIENT, float64());
    clipGradNorm([parameter], THRESHOLD);
    return [...parameter.grad.dataSync()];
  },
  by: 'clipGradNorm',
  key: ['gradient * rate'],
};

// ——— which gate acts? ———

type Gate = 'input' | 'forget' | 'output';

const WORDS = 6; // of the sentence
const FILLER = 2; // the word that can be left out

/** |∂h_T/∂a_FILLER| where one gate of c_t = f c_{t−1} + i a_t, h_t = o tanh(c_t) is shut right after the word. */
function influence(gate: Gate): readonly number[] {
  const content = Array.from({ length: WORDS }, (_, t) =>
    tensor(0.1 * (t + 1), { ...float64(), requiresGrad: true }),
  );
  let c = tensor(0, float64());
  let h = c;
  for (const [t, a] of content.entries()) {
    const open = (name: Gate): number => (t === FILLER + 1 && name === gate ? 0 : 1);
    c = c.mul(open('forget')).add(a.mul(open('input')));
    h = c.tanh().mul(open('output'));
  }
  const [filler, last] = gradients([h], [content[FILLER]!, content[WORDS - 1]!]);
  // The words that follow must be heard as before.
  return [Math.abs(filler!.item()), Number(last!.item() !== 0)];
}

const whichGate: Question = {
  id: 'which-gate',
  row: 42,
  ask: {
    en: 'A word in the middle of a sentence can be left out without changing what is predicted at its end. Which gate acts?',
    ja: '「とても」がなくなっても空欄の予測に影響しないとき、どのゲートが作用すると考えられるか',
  },
  options: {
    'input gate': () => influence('input'),
    'forget gate': () => influence('forget'),
    'output gate': () => influence('output'),
  },
  truth: () => [0, 1],
  by: 'no influence of the word, but of those after it',
  key: ['forget gate'],
};

// ——— the state of a cell with a forget gate ———

// No two gates are alike, or options would give the same numbers.
const [I, F, O, A, CELL] = [0.5, 0.25, 0.75, 0.8, 2];
const logit = (p: number): number => Math.log(p / (1 - p));

const cellState: Question = {
  id: 'cell-state',
  row: 43,
  ask: {
    en: 'LSTM: what is the new cell state, with input a and the gates between 0 and 1?',
    ja: 'LSTMの順伝播のコードの空欄（c = ？）に当てはまるのは？',
  },
  options: {
    'output_gate * a + forget_gate * c': () => [O * A + F * CELL],
    'forget_gate * a + output_gate * c': () => [F * A + O * CELL],
    'input_gate * a + forget_gate * c': () => [I * A + F * CELL],
    'forget_gate * a + input_gate * c': () => [F * A + I * CELL],
  },
  truth: () => {
    const cell = new LSTMCell(1, 1, float64());
    const none = zeros([4, 1], float64());
    const gates = [logit(I), logit(F), Math.atanh(A), logit(O)]; // i, f, g, o
    cell.loadStateDict({
      weight_ih: none,
      weight_hh: none,
      bias_ih: tensor(gates, float64()),
      bias_hh: zeros([4], float64()),
    });
    const [h, c] = [tensor([[0]], float64()), tensor([[CELL]], float64())];
    return [...cell.step(h, { h, c }).state.c.dataSync()];
  },
  by: 'a step of LSTMCell',
  key: ['input_gate * a + forget_gate * c'],
};

export const section2: readonly Question[] = [sigmoidSlope, clipping, whichGate, cellState];
