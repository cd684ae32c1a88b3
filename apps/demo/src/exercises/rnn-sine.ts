/**
 * Five recurrent units learn to continue a sine from its last two points, and then go on by themselves
 * for 200 steps, each answer the next input.
 *
 *     h^t = tanh(W_in x^t + W h^(t−1) + b)      y = w h^T + c      loss = (y − x^(T+1))² / 2
 *
 * 500 points over five periods; what follows the first four fifths is for testing. One window at a
 * time, plain gradient descent.
 */
import { backward } from '@kasane/autograd';
import { RNN } from '@kasane/layers-rnn';
import { init, Linear } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { Generator, noGrad, randperm, scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { autocorrelation, largestDifference } from '../statistics.ts';

const POINTS = 500;
const END = 10 * Math.PI;
const TRAINING = 0.8; // share of the windows
const UNITS = 5;
const STD = 0.01; // of the weights at the start
const FREE = 200; // steps without a look at the sine

export const rnnSine: Exercise = defineExercise({
  id: 'rnn-sine',
  title: { en: 'Continuing a sine', ja: 'sin曲線の予測' },
  summary: 'Predicts the next point of a sine from the last ones, then runs on its own answers.',
  rows: [1, 2],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/optim',
    '@kasane/layers-rnn',
  ],
  parameters: {
    window: { type: 'integer', default: 2, min: 1, max: 100, description: 'points in each window' },
    passes: {
      type: 'integer',
      default: 100,
      min: 1,
      max: 1e5,
      description: 'passes over the training windows',
    },
    lr: { type: 'number', default: 0.1, min: 1e-6, max: 10, description: 'learning rate' },
  },
  variants: {
    'window-5': {
      title: { en: 'Windows of five points', ja: 'maxlenを5に' },
      parameters: { window: 5 },
    },
    'passes-500': {
      title: { en: '500 passes', ja: '500回' },
      parameters: { passes: 500 },
    },
    'passes-3000': {
      title: { en: '3,000 passes', ja: '3,000回' },
      parameters: { passes: 3000 },
    },
  },
  charts: {
    loss: { x: 'pass', y: 'mean squared error', scale: 'log' },
    sine: { x: 'point', y: 'value', dots: ['on its own'] },
  },
  *run({ parameters: { window, passes, lr }, seed }) {
    const generator = new Generator(seed);
    const sine = Array.from({ length: POINTS }, (_, i) => Math.sin((END * i) / (POINTS - 1)));
    const count = POINTS - window;
    const split = Math.floor(count * TRAINING);
    const inputs = tensor(
      Array.from({ length: count }, (_, i) => sine.slice(i, i + window).map((v) => [v])),
    ); // (N, T, 1)
    const targets = tensor(sine.slice(window).map((v) => [v])); // (N, 1)

    const rnn = new RNN(1, UNITS, { batchFirst: true, bias: 'single', generator });
    const dense = new Linear(UNITS, 1, { generator });
    const parameters = [...rnn.namedParameters(), ...dense.namedParameters()];
    for (const [name, parameter] of parameters) {
      if (name.includes('bias')) init.zeros(parameter);
      else init.normal(parameter, 0, STD, { generator });
    }
    const optimizer = new SGD(
      parameters.map(([, parameter]) => parameter),
      { lr },
    );
    const predict = (x: Tensor): Tensor =>
      dense.forward(rnn.forward(x).output.slice(1, -1).reshape([x.shape[0]!, UNITS])); // (B, 1)
    const step = compile(
      (x: Tensor, d: Tensor): Tensor => {
        const loss = predict(x).sub(d).square().sum().mul(0.5);
        optimizer.zeroGrad();
        backward(loss);
        optimizer.step();
        return loss.detach();
      },
      { onFallback: () => {} }, // only the wasm backend compiles
    );
    const errorFrom = (start: number, end: number): number =>
      scope(() =>
        noGrad(() => {
          const y = predict(inputs.slice(0, start, end));
          return y
            .sub(targets.slice(0, start, end))
            .square()
            .mean()
            .item();
        }),
      );

    const before = errorFrom(split, count);
    for (let pass = 1; pass <= passes; pass++) {
      const order = randperm(split, { generator }).dataSync();
      for (const i of order) {
        scope(() => step(inputs.slice(0, i, i + 1), targets.slice(0, i, i + 1)));
      }
      if (passes <= 100 || pass % Math.ceil(passes / 100) === 0) {
        const loss = errorFrom(0, split);
        yield { type: 'series', chart: 'loss', name: 'training', x: pass, y: loss };
        yield { type: 'series', chart: 'loss', name: 'test', x: pass, y: errorFrom(split, count) };
        yield { type: 'progress', step: pass, total: passes, loss };
      } else yield { type: 'progress', step: pass, total: passes };
    }
    const test = errorFrom(split, count);

    // ——— on its own: every answer is the last input of the next window ———
    const run = sine.slice(0, window);
    noGrad(() => {
      for (let i = 0; i < FREE; i++) {
        scope(() => run.push(predict(tensor([run.slice(-window).map((v) => [v])])).item()));
      }
    });
    const points = run.map((_, i) => i);
    yield { type: 'series', chart: 'sine', name: 'sine', x: points, y: sine.slice(0, run.length) };
    yield { type: 'series', chart: 'sine', name: 'on its own', x: points, y: run };
    const drift = largestDifference(run, sine.slice(0, run.length));
    yield { type: 'metric', name: 'mean squared error on the test windows', value: test };
    yield { type: 'metric', name: `largest error of ${FREE} steps on its own`, value: drift };

    // The same weights at every step: the order of the points matters.
    const some = inputs.slice(0, 40, 41);
    const turned = noGrad(() =>
      largestDifference(predict(some).dataSync(), predict(some.flip(1)).dataSync()),
    );
    return [
      check(1, 'answer changes when the window is turned round', window === 1 || turned > 0).equals(
        true,
      ),
      check(2, 'autocorrelation of the series at lag 1', autocorrelation(sine)).above(0.5),
      check(2, 'mean squared error on the test windows', test).below(passes < 500 ? 1e-2 : 1e-3),
      check(2, 'error after training over error before', test / before).below(0.05),
    ];
  },
});
