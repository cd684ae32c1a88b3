/**
 * The same addition with a layer: 16 units with ReLU get every bit of 9,999 unseen sums right after
 * five epochs, and dropping inputs out spoils it.
 *
 *     h^t = f(W_in x^t + W h^(t−1) + b)      y^t = σ(w h^t + c)      loss = mean (y − d)²
 *
 * Started as Keras does: Glorot's uniform draw, an orthogonal recurrent matrix, zero biases. Accuracy
 * counts bits. A sum has eight answers, one at each step, the lowest bit first.
 *
 * Dropping inputs out hides an operand from all eight steps: the sum cannot be known, and at test time
 * the inputs look different from those that were learned from.
 */
import { backward } from '@kasane/autograd';
import { RNN } from '@kasane/layers-rnn';
import { init, Linear, mseLoss } from '@kasane/nn';
import { Adam, SGD } from '@kasane/optim';
import { Generator, noGrad, randint, randperm, scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise, Part } from '../exercise.ts';
import { median } from '../statistics.ts';

const PAIRS = 10_000; // to learn from; as many but one to be tested on, as the course has it
const BITS = 8;
const LARGEST = 128; // operands stay below, so that every sum fits
const BATCH = 2;

interface Settings {
  readonly units: number;
  readonly activation: 'relu' | 'sigmoid' | 'tanh';
  readonly output: 'sigmoid' | 'tanh';
  readonly optimizer: 'sgd' | 'adam';
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly epochs: number;
}

interface Trained {
  readonly parameters: number;
  readonly loss: number;
  /** Shares of the bits, and of the sums, that come out right on the test pairs. */
  readonly bits: number;
  readonly sums: number;
  /** Of the bits, while training, in the first epoch. */
  readonly early: number;
  readonly shape: string;
}

const place = (value: number, t: number): number => (value >> t) & 1;

/** The operands' bits, (n, T, 2), and the bits of their sums, (n, T, 1). */
function additions(n: number, generator: Generator): readonly [Tensor, Tensor] {
  const operands = randint(0, LARGEST, [n, 2], { generator }).dataSync();
  const x = new Float32Array(n * BITS * 2);
  const d = new Float32Array(n * BITS);
  for (let i = 0; i < n; i++) {
    const [a, b] = [operands[2 * i]!, operands[2 * i + 1]!];
    for (let t = 0; t < BITS; t++) {
      x.set([place(a, t), place(b, t)], (i * BITS + t) * 2);
      d[i * BITS + t] = place(a + b, t);
    }
  }
  return [tensor(x, [n, BITS, 2]), tensor(d, [n, BITS, 1])];
}

function* train(
  seed: number,
  settings: Settings,
  name: string,
): Part<'loss' | 'accuracy', Trained> {
  const { units, activation, output, dropout, recurrentDropout, epochs } = settings;
  const generator = new Generator(seed);
  const [x, d] = additions(PAIRS, generator);
  const [testX, testD] = additions(PAIRS - 1, generator);
  const rnn = new RNN(2, units, {
    nonlinearity: activation,
    batchFirst: true,
    bias: 'single',
    inputDropout: dropout,
    recurrentDropout,
    generator,
  });
  const dense = new Linear(units, 1, { generator });
  for (const [key, parameter] of [...rnn.namedParameters(), ...dense.namedParameters()]) {
    if (key.includes('bias')) init.zeros(parameter);
    else if (key.includes('hh')) init.orthogonal(parameter, { generator });
    else init.xavierUniform(parameter, { generator });
  }
  const parameters = [...rnn.parameters(), ...dense.parameters()];
  const optimizer =
    settings.optimizer === 'sgd' ? new SGD(parameters, { lr: 0.1 }) : new Adam(parameters);
  const forward = (input: Tensor): Tensor => {
    const y = dense.forward(rnn.forward(input).output);
    return output === 'sigmoid' ? y.sigmoid() : y.tanh(); // (B, T, 1)
  };
  const hits = (y: Tensor, target: Tensor): Tensor => y.greater(0.5).equal(target.greater(0.5));
  const step = compile(
    (bx: Tensor, bd: Tensor): readonly Tensor[] => {
      const y = forward(bx);
      const loss = mseLoss(y, bd);
      optimizer.zeroGrad();
      backward(loss);
      optimizer.step();
      return [loss.detach(), hits(y.detach(), bd).sum()];
    },
    { onFallback: () => {} }, // only the wasm backend compiles
  );

  let early = Number.NaN;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    let [loss, right] = [0, 0];
    rnn.train();
    const order = randperm(PAIRS, { generator });
    const [ex, ed] = [x.indexSelect(0, order), d.indexSelect(0, order)];
    for (let i = 0; i < PAIRS; i += BATCH) {
      scope(() => {
        const [l, r] = step(ex.slice(0, i, i + BATCH), ed.slice(0, i, i + BATCH));
        loss += l!.item() * BATCH;
        right += r!.item();
      });
      const done = (epoch - 1) * PAIRS + i + BATCH;
      yield { type: 'progress', step: done, total: epochs * PAIRS, loss: loss / (i + BATCH) };
    }
    if (epoch === 1) early = right / (PAIRS * BITS);
    yield { type: 'series', chart: 'loss', name, x: epoch, y: loss / PAIRS };
    yield { type: 'series', chart: 'accuracy', name, x: epoch, y: right / (PAIRS * BITS) };
  }
  rnn.eval();
  return scope(() =>
    noGrad(() => {
      const y = forward(testX);
      const right = hits(y, testD);
      return {
        parameters: parameters.reduce((sum, { size }) => sum + size, 0),
        loss: mseLoss(y, testD).item(),
        bits: right.mean().item(),
        sums: right.all(1).mean().item(),
        early,
        shape: `(${y.shape.join(', ')})`,
      };
    }),
  );
}

/** What published runs of a variant ended with: bounds of the test loss and of the share of bits. */
type Band = readonly [loss: readonly [number, number], bits: readonly [number, number]];

const EXACT = [0.999, 1] as const;
const BANDS: Readonly<Record<string, Band>> = {
  default: [[1e-4, 1e-3], EXACT],
  'units-128': [[1e-4, 1e-3], EXACT],
  sigmoid: [[0.06, 0.16], [0.8, 0.985]],
  tanh: [[5e-5, 1e-3], EXACT],
  'relu-adam': [[0, 1e-4], EXACT],
  'sigmoid-adam': [[0, 2e-3], EXACT],
  'output-tanh': [[0, 2e-3], EXACT],
  'input-dropout': [[0.19, 0.25], [0.6, 0.78]],
  'recurrent-dropout': [[0.02, 0.13], [0.85, 0.99]],
  'both-dropouts': [[0.19, 0.29], [0.45, 0.85]],
  'output-tanh-dropouts': [[0.2, 0.28], [0.45, 0.65]],
  report: [[0.15, 0.27], [0.5, 0.85]],
}; // prettier-ignore

export const kerasRnnBinaryAddition: Exercise = defineExercise({
  id: 'keras-rnn-binary-addition',
  title: { en: 'Binary addition with a recurrent layer', ja: 'KerasのSimpleRNNによるバイナリ加算' },
  summary: 'Adds numbers bit by bit with RNN and Linear, and shows what dropout does to it.',
  rows: [130],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/optim',
    '@kasane/layers-rnn',
  ],
  parameters: {
    units: { type: 'integer', default: 16, min: 1, max: 1024, description: 'recurrent units' },
    activation: {
      type: 'choice',
      options: ['relu', 'sigmoid', 'tanh'],
      default: 'relu',
      description: 'of the recurrent layer',
    },
    output: {
      type: 'choice',
      options: ['sigmoid', 'tanh'],
      default: 'sigmoid',
      description: 'activation of the answers',
    },
    optimizer: {
      type: 'choice',
      options: ['sgd', 'adam'],
      default: 'sgd',
      description: 'SGD with learning rate 0.1, or Adam with 0.001',
    },
    dropout: {
      type: 'number',
      default: 0,
      min: 0,
      max: 0.95,
      description: 'share of inputs hidden',
    },
    recurrentDropout: {
      type: 'number',
      default: 0,
      min: 0,
      max: 0.95,
      description: 'share of states hidden from the recurrent weights',
    },
    networks: {
      type: 'integer',
      default: 1,
      min: 1,
      max: 100,
      description: 'networks to train, on the seeds that follow each other; the median counts',
    },
    epochs: {
      type: 'integer',
      default: 5,
      min: 1,
      max: 1000,
      description: 'passes over the pairs',
    },
  },
  variants: {
    'units-128': {
      title: { en: '128 units', ja: 'ユニット数128' },
      parameters: { units: 128 },
    },
    sigmoid: {
      title: { en: 'Sigmoid', ja: '活性化関数をsigmoidに' },
      // With plain descent some are done after five epochs, and some have hardly begun.
      parameters: { activation: 'sigmoid', networks: 15 },
    },
    tanh: {
      title: { en: 'tanh', ja: '活性化関数をtanhに' },
      parameters: { activation: 'tanh' },
    },
    'relu-adam': {
      title: { en: 'Adam', ja: '最適化方法をadamに' },
      parameters: { optimizer: 'adam' },
    },
    'sigmoid-adam': {
      title: { en: 'Sigmoid and Adam', ja: 'sigmoidとadam' },
      parameters: { activation: 'sigmoid', optimizer: 'adam' },
    },
    'output-tanh': {
      title: { en: 'tanh for the answers', ja: '出力をtanhに' },
      parameters: { output: 'tanh' },
    },
    'input-dropout': {
      title: { en: 'Dropout of inputs', ja: '入力Dropout 0.5' },
      parameters: { activation: 'sigmoid', optimizer: 'adam', dropout: 0.5 },
    },
    'recurrent-dropout': {
      title: { en: 'Recurrent dropout', ja: '再帰Dropout 0.3' },
      parameters: { activation: 'sigmoid', optimizer: 'adam', recurrentDropout: 0.3 },
    },
    'both-dropouts': {
      title: { en: 'Both dropouts', ja: '入力と再帰のDropout' },
      parameters: { dropout: 0.5, recurrentDropout: 0.3 },
    },
    'output-tanh-dropouts': {
      title: {
        en: '128 units, tanh for the answers, both dropouts',
        ja: '128ユニット・出力tanh・Dropout・20エポック',
      },
      parameters: {
        units: 128,
        output: 'tanh',
        optimizer: 'adam',
        dropout: 0.5,
        recurrentDropout: 0.3,
        epochs: 20,
      },
    },
    report: {
      title: {
        en: 'The run of the report, and its twin without dropout',
        ja: 'レポートの設定（128・tanh・Adam・Dropout）',
      },
      parameters: {
        units: 128,
        activation: 'tanh',
        optimizer: 'adam',
        dropout: 0.5,
        recurrentDropout: 0.3,
      },
    },
  },
  charts: {
    loss: { x: 'epoch', y: 'mean squared error', scale: 'log' },
    accuracy: { x: 'epoch', y: 'share of bits that are right' },
  },
  *run({ parameters, variant, seed }) {
    const { units } = parameters;
    const networks: Trained[] = [];
    for (let i = 0; i < parameters.networks; i++) {
      const name = parameters.networks > 1 ? `seed ${seed + i}` : 'training';
      networks.push(
        yield* train(seed + i, parameters, variant === 'report' ? 'with dropout' : name),
      );
    }
    const middle = (of: (one: Trained) => number): number => median(networks.map(of));
    const trained = {
      ...networks[0]!,
      loss: middle((one) => one.loss),
      bits: middle((one) => one.bits),
      sums: middle((one) => one.sums),
    };
    yield { type: 'metric', name: 'test loss', value: trained.loss };
    yield { type: 'metric', name: 'bits right', value: trained.bits };
    yield { type: 'metric', name: 'sums right', value: trained.sums };
    yield { type: 'metric', name: 'bits right while learning, first epoch', value: trained.early };
    const [loss, bits] = BANDS[variant]!;
    const checks: Check[] = [
      check(130, 'parameters: U² + 2U + U, and U + 1', trained.parameters).equals(
        units * (units + 3) + units + 1,
      ),
      check(130, 'shape of the answers', trained.shape).equals(`(${PAIRS - 1}, ${BITS}, 1)`),
      check(130, 'loss on the test pairs', trained.loss).between(...loss),
      check(130, 'bits right on the test pairs', trained.bits).between(...bits),
    ];
    if (bits === EXACT) checks.push(check(130, 'sums right', trained.sums).atLeast(0.99));
    if (variant === 'report') {
      const settings = { ...parameters, dropout: 0, recurrentDropout: 0 };
      const twin = yield* train(seed, settings, 'without dropout');
      checks.push(
        check(130, 'the twin without dropout: bits right', twin.bits).atLeast(0.999),
        check(130, 'the twin without dropout: loss', twin.loss).below(0.01),
      );
    }
    return checks;
  },
});
