/** The questions on GRU, and on recurrent networks in both directions. */
import { gradients } from '@kasane/autograd';
import { Bidirectional, CECCell, GRUCell, LSTMCell, RNNCell } from '@kasane/layers-rnn';
import type { Module } from '@kasane/nn';
import { concat, Generator, randn, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { float64 } from '../../float64.ts';
import { holds, numbersWhereItFits } from './question.ts';
import type { Question } from './question.ts';

const [INPUTS, HIDDEN] = [2, 128];
const LENGTH = 20;

const count = (module: Module): number => module.numParameters();
const live = <T>(make: (generator: Generator) => T): T => make(new Generator(1));
const rnn = (): RNNCell =>
  live(
    (generator) =>
      new RNNCell(INPUTS, HIDDEN, { nonlinearity: 'sigmoid', generator, ...float64() }),
  );
const lstm = (): LSTMCell =>
  live((generator) => new LSTMCell(INPUTS, HIDDEN, { generator, ...float64() }));
const gru = (): GRUCell =>
  live((generator) => new GRUCell(INPUTS, HIDDEN, { generator, ...float64() }));

/** Numbers that go into one step's products. */
const multiplyAdds = ({ weightIh, weightHh }: LSTMCell | GRUCell): number =>
  weightIh.size + weightHh.size;
const gates = ({ weightHh }: LSTMCell | GRUCell): number => weightHh.shape[0]! / HIDDEN - 1; // one is the candidate

/** The size of ∂h_T/∂x_1: what is left of the first step after LENGTH. */
function memoryOf(last: (x: readonly Tensor[]) => Tensor): number {
  const generator = new Generator(2);
  const x = Array.from({ length: LENGTH }, () => randn([1, INPUTS], { generator, ...float64() }));
  x[0]!.requiresGrad = true;
  const [first] = gradients([last(x).sum()], [x[0]!]);
  return Math.hypot(...first!.dataSync());
}

function rnnMemory(): number {
  const cell = rnn();
  return memoryOf((x) => x.reduce((h, xt) => cell.step(xt, h).state, cell.zeroState(1, x[0]!)));
}

function lstmMemory(): number {
  const cell = lstm();
  return memoryOf((x) => x.reduce((s, xt) => cell.step(xt, s).state, cell.zeroState(1, x[0]!)).h);
}

/** ∂c_T/∂c_0 of the carousel. */
function carousel(): number {
  const cell = new CECCell(1, 1, float64());
  const c0 = zeros([1, 1], { ...float64(), requiresGrad: true });
  const x = tensor([[0.5]], float64());
  let c = c0;
  for (let t = 0; t < LENGTH; t++) c = cell.step(x, c).state;
  return gradients([c.sum()], [c0])[0]!.item();
}

// ——— what LSTM and the carousel lack ———

const shortcomings: Question = {
  id: 'shortcomings',
  row: 48,
  ask: {
    en: 'What are the problems of LSTM, and of the constant error carousel (CEC)?',
    ja: 'LSTMの弱点と、CECの弱点を選べ',
  },
  options: {
    'LSTM: four times the weights of a plain RNN': holds(() => count(lstm()) === 4 * count(rnn())),
    "LSTM: its gradient vanishes sooner than a plain RNN's": holds(
      () => lstmMemory() < rnnMemory(),
    ),
    'CEC: nothing inside can learn': holds(() => {
      const cell = new CECCell(1, 1);
      return count(cell) === count(cell.entry); // what stands before it
    }),
    'CEC: its gradient vanishes': holds(() => carousel() < 1),
  },
  truth: () => [1],
  by: 'counting weights, and autograd over 20 steps',
  key: ['LSTM: four times the weights of a plain RNN', 'CEC: nothing inside can learn'],
};

// ——— the next state of a GRU ———

const [Z, H, H_BAR] = [0.25, 2, -0.6];
const logit = (p: number): number => Math.log(p / (1 - p));

const nextState: Question = {
  id: 'next-state',
  row: 49,
  ask: {
    en: 'GRU: what is the new state, with the update gate z and the candidate h_bar?',
    ja: 'GRUの新しい状態を、更新ゲート z と候補 h_bar から求める式はどれか',
  },
  options: {
    'z * h_bar': () => [Z * H_BAR],
    '(1 - z) * h_bar': () => [(1 - Z) * H_BAR],
    'z * h * h_bar': () => [Z * H * H_BAR],
    '(1 - z) * h + z * h_bar': () => [(1 - Z) * H + Z * H_BAR],
  },
  truth: () => {
    const cell = new GRUCell(1, 1, float64());
    const none = zeros([3, 1], float64());
    // PyTorch's z keeps where the course's takes over.
    const inner = [0, logit(1 - Z), Math.atanh(H_BAR)]; // r, z, n
    cell.loadStateDict({
      weight_ih: none,
      weight_hh: none,
      bias_ih: tensor(inner, float64()),
      bias_hh: zeros([3], float64()),
    });
    return [...cell.step(tensor([[0]], float64()), tensor([[H]], float64())).state.dataSync()];
  },
  by: 'a step of GRUCell',
  key: ['(1 - z) * h + z * h_bar'],
};

// ——— LSTM and GRU ———

const lstmOrGru: Question = {
  id: 'lstm-or-gru',
  row: 50,
  ask: {
    en: 'What distinguishes LSTM and GRU?',
    ja: 'LSTMとGRUを比べて正しいものはどれか',
  },
  options: {
    'LSTM has a third more weights': holds(() => 3 * count(lstm()) === 4 * count(gru())),
    'GRU has more gates': holds(() => gates(gru()) > gates(lstm())),
    'a step of LSTM takes more multiply-adds': holds(
      () => multiplyAdds(lstm()) > multiplyAdds(gru()),
    ),
    'GRU carries a cell state beside its hidden state': holds(
      () => !('shape' in gru().zeroState(1, zeros([1, INPUTS], float64()))),
    ),
  },
  truth: () => [1],
  by: 'live cells of 128 units',
  key: ['LSTM has a third more weights', 'a step of LSTM takes more multiply-adds'],
};

// ——— both directions ———

const STEPS = 4;

/** The states of both directions by single steps: h_f in the order of time, h_b from the last step on. */
function directions(): {
  forward: Tensor;
  backward: Tensor;
  layer: Bidirectional<Tensor>;
  x: Tensor;
  V: Tensor;
} {
  const options = { generator: new Generator(3), ...float64() };
  const cells = [new RNNCell(2, 3, options), new RNNCell(2, 3, options)] as const;
  const x = randn([STEPS, 1, 2], options); // (T, B, I)
  const walk = (cell: RNNCell, order: readonly number[]): Tensor => {
    let state = cell.zeroState(1, x);
    const states = order.map(
      (t) => (state = cell.step(x.slice(0, t, t + 1).reshape([1, 2]), state).state),
    );
    return concat(states); // (T, H)
  };
  const times = Array.from({ length: STEPS }, (_, t) => t);
  return {
    forward: walk(cells[0], times),
    backward: walk(cells[1], times.toReversed()),
    layer: new Bidirectional(...cells),
    x,
    V: randn([2, 2 * 3], options), // (O, 2H)
  };
}

/** The answers that V (O, 2H) gives to merged states; none where these do not fit. */
const merge = (how: (forward: Tensor, backward: Tensor) => Tensor) =>
  numbersWhereItFits(() => {
    const { forward, backward, V } = directions();
    return how(forward, backward.flip(0)).matmul(V.t()); // (T, 2H) times (2H, O) if right
  });

const bothDirections: Question = {
  id: 'both-directions',
  row: 52,
  ask: {
    en: 'What does the output layer of a bidirectional RNN see, of the states h_f and h_b?',
    ja: '双方向RNNの出力層に渡すのは、状態 h_f と h_b をどう合わせたものか',
  },
  options: {
    'h_f + h_b[::-1]': merge((f, b) => f.add(b)),
    'h_f * h_b[::-1]': merge((f, b) => f.mul(b)),
    'np.concatenate([h_f, h_b[::-1]], axis=0)': merge((f, b) => concat([f, b], 0)),
    'np.concatenate([h_f, h_b[::-1]], axis=1)': merge((f, b) => concat([f, b], 1)),
  },
  truth: () => {
    const { layer, x, V } = directions();
    const { output } = layer.forward(x); // (T, 1, 2H)
    return [...output.matmul(V.t()).dataSync()];
  },
  by: 'V applied to the states of Bidirectional',
  key: ['np.concatenate([h_f, h_b[::-1]], axis=1)'],
};

export const section3: readonly Question[] = [shortcomings, nextState, lstmOrGru, bothDirections];
