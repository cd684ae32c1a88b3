/** The questions on LSTM. */
import { grad } from '@kasane/autograd';
import { LSTMCell } from '@kasane/layers-rnn';
import { clipGradNorm } from '@kasane/optim';
import { Generator, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { float64 } from '../../float64.ts';
import { GATES, left } from '../lstm-gates/question.ts';
import { Speaker, speaking } from '../lstm-gates/sentence.ts';
import type { Gate } from '../lstm-gates/sentence.ts';
import type { Question } from './question.ts';

// ——— σ'(0) ———

const sigmoidSlope: Question = {
  id: 'sigmoid-slope',
  row: 34,
  ask: {
    en: 'What is the derivative of the sigmoid function at 0?',
    ja: '入力が0のところでのシグモイド関数の傾きはいくつか',
  },
  options: {
    '0.15': () => [0.15],
    '0.25': () => [0.25],
    '0.35': () => [0.35],
    '0.45': () => [0.45],
  },
  truth: () => [grad((x: Tensor) => x.sigmoid())(tensor(0, float64())).item()],
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
    ja: 'rate = threshold / norm が1より小さいとき、クリッピングは勾配を何に置き換えるか',
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

/** A trained cell, made when it is first asked about. */
let speaker: Promise<Speaker> | undefined;
async function trained(): Promise<Speaker> {
  const generator = new Generator(0);
  const network = new Speaker(generator);
  for (const loss of speaking(network, generator)) loss.dispose();
  return network;
}

/** How much of a word is left in the cell at the sentence's end if gates of one kind cannot act on it, held open from the word on. */
async function leftWithout(gate: Gate): Promise<number> {
  speaker ??= trained();
  return left(await speaker, gate);
}

/** Whether of the three kinds it is this one without which most of the word would be left. */
async function acts(gate: Gate): Promise<readonly number[]> {
  const all = await Promise.all(GATES.map(leftWithout));
  return [Number((await leftWithout(gate)) === Math.max(...all))];
}

const whichGate: Question = {
  id: 'which-gate',
  row: 42,
  ask: {
    en: 'A word in the middle of a sentence can be left out without changing what is predicted at its end. Which gate acts?',
    ja: '文の途中の語を省いても文末の予測が変わらない。そのときに働いているのはどのゲートか',
  },
  options: {
    'input gate': () => acts('input'),
    'forget gate': () => acts('forget'),
    'output gate': () => acts('output'),
  },
  // The gate that acts is the one without which the word would stay.
  truth: () => [1],
  by: 'a trained cell whose gates are held open',
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
    ja: 'LSTMの新しいセルの状態 c を、入力 a とゲートから求める式はどれか',
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
