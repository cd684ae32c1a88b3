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
 * the inputs look different from those that were learned from. The figures of the report come out where an input is hidden
 * anew at every step, which breaks the carry as well: 0.61 to 0.64 of the bits are right after five epochs, 0.643 in the
 * report. Hidden for a whole sequence, the same network gets 0.68 to 0.84 of them right.
 *
 * Not as in Keras: Adam's ε is 1e-8 instead of 1e-7, and there is no `unroll`, which changes how fast the loop runs and not
 * what it computes.
 */
import { Generator, noGrad, scope, tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { AsyncPart, Exercise } from '../../exercise.ts';
import { Losses } from '../../losses.ts';
import { median } from '../../statistics.ts';
import { additions, BITS, LARGEST, place, sumGrid } from './additions.ts';
import { Adder } from './network.ts';
import type { Settings } from './network.ts';
import { BATCH, evaluate, training } from './training.ts';
import type { Evaluation } from './training.ts';

const PAIRS = 10_000; // to learn from; as many but one to be tested on, as the course has it
const READ_EVERY = 100; // steps between two readings of the losses

interface Trained extends Evaluation {
  readonly adder: Adder;
  /** Of the bits, while training, in the first epoch. */
  readonly early: number;
}

async function* train(
  seed: number,
  settings: Settings,
  name: string,
): AsyncPart<'loss' | 'accuracy', Trained> {
  const generator = new Generator(seed);
  const learned = await additions(PAIRS, generator);
  const test = await additions(PAIRS - 1, generator);
  const adder = new Adder(settings, generator);
  const steps = PAIRS / BATCH;
  const total = settings.epochs * steps;
  const [losses, hits] = [new Losses(), new Losses()];
  let early = Number.NaN;
  let [step, loss, right] = [0, 0, 0];
  let result: Evaluation | undefined;
  for (const [one, bits] of training(adder, learned, settings, generator)) {
    losses.push(one);
    hits.push(bits);
    const of = (step++ % steps) + 1; // of the steps of this epoch
    if (of % READ_EVERY > 0 && of < steps) continue;
    for (const value of await losses.read()) loss += value * BATCH;
    for (const value of await hits.read()) right += value;
    yield { type: 'progress', step, total, loss: loss / (of * BATCH) };
    if (of < steps) continue;
    const x = step / steps;
    const accuracy = right / (PAIRS * BITS);
    if (x === 1) early = accuracy;
    adder.eval();
    result = await evaluate(adder, test);
    adder.train();
    yield { type: 'series', chart: 'loss', name, x, y: loss / PAIRS };
    yield { type: 'series', chart: 'loss', name: `${name}, test`, x, y: result.loss };
    yield { type: 'series', chart: 'accuracy', name, x, y: accuracy };
    yield { type: 'series', chart: 'accuracy', name: `${name}, test`, x, y: result.bits };
    [loss, right] = [0, 0];
  }
  adder.eval();
  return { ...result!, adder, early };
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
  // Five seeds end at 0.223 to 0.235 and 0.61 to 0.64, the report at 0.234 and 0.643.
  report: [[0.21, 0.25], [0.59, 0.68]],
}; // prettier-ignore

export const kerasRnnBinaryAddition: Exercise = defineExercise({
  id: 'keras-rnn-binary-addition',
  title: { en: 'Binary addition with a recurrent layer', ja: 'KerasのSimpleRNNによるバイナリ加算' },
  summary: 'Adds numbers bit by bit with RNN and Linear, and shows what dropout does to it.',
  rows: [130],
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
    hidden: {
      type: 'choice',
      options: ['sequence', 'step'],
      default: 'sequence',
      description: 'how long an input that dropout hides stays hidden',
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
      parameters: { activation: 'sigmoid', optimizer: 'adam', dropout: 0.5, networks: 3 },
    },
    'recurrent-dropout': {
      title: { en: 'Recurrent dropout', ja: '再帰Dropout 0.3' },
      parameters: { activation: 'sigmoid', optimizer: 'adam', recurrentDropout: 0.3, networks: 3 },
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
        hidden: 'step',
        recurrentDropout: 0.3,
      },
    },
  },
  charts: {
    loss: { x: 'epoch', y: 'mean squared error', scale: 'log' },
    accuracy: { x: 'epoch', y: 'share of bits that are right' },
  },
  async *run({ parameters, variant, seed }) {
    const { units } = parameters;
    const networks: Trained[] = [];
    for (let i = 0; i < parameters.networks; i++) {
      const name = parameters.networks > 1 ? `seed ${seed + i}` : 'training';
      networks.push(
        yield* train(seed + i, parameters, variant === 'report' ? 'with dropout' : name),
      );
    }
    const [first] = networks as [Trained, ...Trained[]]; // there is always one
    const middle = (of: (one: Trained) => number): number => median(networks.map(of));
    const [loss, bits, sums] = [
      middle((one) => one.loss),
      middle((one) => one.bits),
      middle((one) => one.sums),
    ];
    yield { type: 'metric', name: 'test loss', value: loss };
    yield { type: 'metric', name: 'bits right', value: bits };
    yield { type: 'metric', name: 'sums right', value: sums };
    yield { type: 'metric', name: 'bits right while learning, first epoch', value: first.early };
    yield sumGrid(42, 85, await answer(first.adder, 42, 85));
    const [lossBand, bitsBand] = BANDS[variant]!;
    const checks: Check[] = [
      check(130, 'parameters: U² + 2U + U, and U + 1', first.adder.numParameters()).equals(
        units * (units + 3) + units + 1,
      ),
      check(130, 'shape of the answers', first.shape).equals(`(${PAIRS - 1}, ${BITS}, 1)`),
      check(130, 'loss on the test pairs', loss)
        .on('loss')
        .between(...lossBand),
      check(130, 'bits right on the test pairs', bits).between(...bitsBand),
    ];
    if (bitsBand === EXACT) checks.push(check(130, 'sums right', sums).atLeast(0.99));
    if (variant === 'report') {
      const settings = { ...parameters, dropout: 0, recurrentDropout: 0 };
      const twin = yield* train(seed, settings, 'without dropout');
      checks.push(
        check(130, 'the twin without dropout: bits right', twin.bits).atLeast(0.999),
        check(130, 'the twin without dropout: loss', twin.loss).on('loss').below(0.01),
      );
    }
    return { checks, trained: first.adder };
  },
  tries: {
    add: {
      title: { en: 'Add two numbers', ja: '二つの数を足す' },
      parameters: {
        a: { type: 'integer', default: 42, min: 0, max: LARGEST - 1, description: 'the first number' },
        b: { type: 'integer', default: 85, min: 0, max: LARGEST - 1, description: 'the second number' },
      }, // prettier-ignore
      async *run(adder, { a, b }) {
        yield sumGrid(a, b, await answer(adder, a, b));
      },
    },
  },
});

/** The eight answers to a + b, the lowest bit first. */
async function answer(adder: Adder, a: number, b: number): Promise<number[]> {
  const bits = Array.from({ length: BITS }, (_, t) => [place(a, t), place(b, t)]);
  const y = scope(() => noGrad(() => adder.forward(tensor([bits])))); // (1, T, 1)
  const values = [...(await y.data())];
  y.dispose();
  return values;
}
