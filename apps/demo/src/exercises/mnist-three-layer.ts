/**
 * Handwritten digits by three layers of sigmoid units: 3,000 steps of Adam with 0.0001 end near 0.90 of the
 * held-out digits, RMSprop with 0.001 at 0.95 or above.
 *
 *     784 → 600 → 300 → 10, dropout of one half on the 300 while training
 *
 * Published runs learned from 55,000 digits, of which the package here has 9,000: Adam, which is far from done
 * after 3,000 steps, does not notice, and RMSprop still ends at 0.95, where its accuracy goes up and down by half a
 * hundredth from look to look; so the mean of the last five looks is what is held to it.
 *
 * All weights start from N(0, 0.01²), so small that nothing is told apart for the first hundred steps: the
 * optimizers differ in how soon they leave that plateau.
 */
import type { LabeledImages } from '@kasane/datasets';
import { crossEntropy, Dropout, Flatten, init, Linear, Sequential, Sigmoid } from '@kasane/nn';
import { Adagrad, Adam, RMSprop, SGD } from '@kasane/optim';
import { Generator } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep, type FitOptimizer } from '@kasane/trainer';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { AsyncPart, Exercise, Pictures } from '../exercise.ts';
import { answers } from '../images/answers.ts';
import type { Answers } from '../images/answers.ts';
import { batches } from '../images/batches.ts';
import { confusion } from '../images/confusion.ts';
import { digitTry } from '../images/digit-try.ts';
import { courseDigits, splitTable } from '../images/digits.ts';
import { Losses } from '../losses.ts';
import { mistakes } from '../pictures/gallery.ts';
import { mean } from '../statistics.ts';

const STD = 0.01; // of the first weights
const LOG_EVERY = 10; // steps between two points of the loss
const PUBLISHED_STEPS = 3000;
const LAST = 5; // looks at the held-out digits whose mean counts as steady

type Band = readonly [low: number, high: number];

/** What published runs of 3,000 steps on 55,000 digits ended with, and what chance does to it. */
const PUBLISHED = {
  default: [0.89, 0.92],
  'rmsprop-500': [0.95, 0.98],
  sgd: [0.9, 0.93],
  momentum: [0.93, 0.96],
  adagrad: [0.88, 0.92],
  rmsprop: [0.95, 0.98],
  wide: [0.9, 0.93],
} as const satisfies Record<string, Band>;

/**
 * The same on the 9,000 digits that there are without the original files: those of the course's own settings and of its try hold for
 * several seeds, the others are the published ones and what a thousand held-out digits, two standard errors of 0.007, add.
 */
const OWN: Readonly<Record<keyof typeof PUBLISHED, Band>> = {
  default: [0.89, 0.92],
  'rmsprop-500': [0.95, 0.98],
  sgd: [0.89, 0.94],
  momentum: [0.92, 0.97],
  adagrad: [0.87, 0.93],
  rmsprop: [0.94, 0.98],
  wide: [0.89, 0.94],
};

/** What seeds gave, where several were run to the end. */
const MEASURED: Partial<Record<keyof typeof PUBLISHED, string>> = {
  default: 'seeds 0 to 3 ended with 0.903 to 0.910',
  'rmsprop-500': 'the mean of the last five looks was 0.951 to 0.954 for seeds 0 to 4',
};

/** The same after the steps of the quick preset, in which most of the networks have just left the plateau. */
const QUICK: Readonly<Record<keyof typeof PUBLISHED, { steps: number; band: Band }>> = {
  default: { steps: 400, band: [0.42, 0.6] },
  'rmsprop-500': { steps: 400, band: [0.88, 0.94] },
  sgd: { steps: 400, band: [0.2, 0.37] },
  // In the middle of the rise seeds differ by 0.15; 200 steps later they have come to 0.83 to 0.87.
  momentum: { steps: 600, band: [0.79, 0.91] },
  adagrad: { steps: 800, band: [0.33, 0.6] }, // the longest on the plateau
  rmsprop: { steps: 400, band: [0.88, 0.94] },
  wide: { steps: 300, band: [0.49, 0.63] }, // likewise: 0.54 to 0.58
};

interface Settings {
  readonly hidden1: number;
  readonly hidden2: number;
  readonly optimizer: 'adam' | 'sgd' | 'momentum' | 'adagrad' | 'rmsprop';
  readonly lr: number;
  readonly batch: number;
  readonly steps: number;
  readonly askEvery: number;
}

type Parameters = ConstructorParameters<typeof Adam>[0];

// #region lesson
/** The optimizers as TensorFlow's have their defaults. */
const OPTIMIZERS: Readonly<
  Record<Settings['optimizer'], (parameters: Parameters, lr: number) => FitOptimizer>
> = {
  adam: (parameters, lr) => new Adam(parameters, { lr }),
  sgd: (parameters, lr) => new SGD(parameters, { lr }),
  momentum: (parameters, lr) => new SGD(parameters, { lr, momentum: 0.9 }),
  adagrad: (parameters, lr) => new Adagrad(parameters, { lr, initialAccumulatorValue: 0.1 }),
  rmsprop: (parameters, lr) => new RMSprop(parameters, { lr, alpha: 0.9, eps: 1e-10 }),
};

/** 784 → hidden1 → hidden2 → 10. */
function network(hidden1: number, hidden2: number, generator: Generator): Sequential {
  const dense = (inputs: number, units: number): Linear => {
    const layer = new Linear(inputs, units);
    init.normal(layer.weight, 0, STD, { generator });
    init.zeros(layer.bias!);
    return layer;
  };
  return new Sequential(
    new Flatten(),
    dense(784, hidden1),
    new Sigmoid(),
    dense(hidden1, hidden2),
    new Sigmoid(),
    new Dropout(0.5, { generator }),
    dense(hidden2, 10),
  );
}

/** Trains a network, and gives the loss of each step. */
function* training(
  model: Sequential,
  images: LabeledImages,
  { optimizer, lr, batch, steps }: Settings,
  generator: Generator,
): Iterable<Tensor> {
  const step = trainStep(
    (x: Tensor, t: Tensor) => crossEntropy(model.forward(x), t),
    OPTIMIZERS[optimizer](model.parameters(), lr),
  );
  const order = batches(images, batch, generator);
  for (let i = 0; i < steps; i++) {
    const [x, t] = order.next().value;
    yield step(x, t);
    x.dispose();
    t.dispose();
  }
}
// #endregion

interface Trained extends Answers {
  readonly model: Sequential;
  /** On the held-out digits, after every `askEvery` steps. */
  readonly accuracies: readonly number[];
}

async function* train(
  { train: images, test }: Pictures,
  settings: Settings,
  seed: number,
  [place, count]: readonly [number, number],
): AsyncPart<'loss' | 'accuracy', Trained> {
  const { hidden1, hidden2, lr, steps, askEvery } = settings;
  const generator = new Generator(seed);
  const model = network(hidden1, hidden2, generator);
  const name = `${settings.optimizer}, ${lr}`;
  const losses = new Losses();
  const accuracies: number[] = [];
  let given: Answers = { classes: new Int32Array(), accuracy: Number.NaN };
  let i = 0;
  for (const loss of training(model, images, settings, generator)) {
    losses.push(loss);
    i++;
    const progress = { type: 'progress', step: place * steps + i, total: count * steps } as const;
    if (i % LOG_EVERY === 0) {
      const y = (await losses.read()).at(-1)!;
      yield { type: 'series', chart: 'loss', name, x: i, y };
      yield { ...progress, loss: y };
    } else yield progress;
    if (i % askEvery > 0 && i < steps) continue;
    model.eval();
    given = yield* answers((x) => model.forward(x), test, progress);
    model.train();
    yield { type: 'series', chart: 'accuracy', name, x: i, y: given.accuracy };
    accuracies.push(given.accuracy);
  }
  model.eval();
  return { ...given, accuracies, model };
}

export const mnistThreeLayer: Exercise = defineExercise({
  id: 'mnist-three-layer',
  title: { en: 'Digits with three layers', ja: '分類3層（MNIST）' },
  summary: 'Reads handwritten digits with two hidden layers, and compares optimizers.',
  rows: [100, 101],
  data: 'mnist',
  parameters: {
    hidden1: { type: 'integer', default: 600, min: 1, max: 4096, description: 'units of the first hidden layer' },
    hidden2: { type: 'integer', default: 300, min: 1, max: 4096, description: 'units of the second one' },
    optimizer: {
      type: 'choice',
      options: ['adam', 'sgd', 'momentum', 'adagrad', 'rmsprop'],
      default: 'adam',
      description: 'what moves the weights',
    },
    lr: { type: 'number', default: 1e-4, min: 1e-6, max: 10, description: 'learning rate' },
    batch: { type: 'integer', default: 100, min: 1, max: 1000, description: 'digits in a step' },
    steps: { type: 'integer', default: 3000, quick: QUICK.default.steps, min: 100, max: 100_000, description: 'steps' },
    askEvery: { type: 'integer', default: 100, min: 1, max: 10_000, description: 'steps between two questions about the held-out digits' },
  }, // prettier-ignore
  variants: {
    'rmsprop-500': {
      title: { en: 'Try: 500 units, RMSprop', ja: 'hidden1=500, RMSProp' },
      parameters: { hidden1: 500, optimizer: 'rmsprop', lr: 1e-3 },
    },
    sgd: {
      title: { en: 'Gradient descent', ja: 'GradientDescent' },
      parameters: { optimizer: 'sgd', lr: 0.5 },
    },
    momentum: {
      title: { en: 'Momentum', ja: 'Momentum' },
      parameters: { optimizer: 'momentum', lr: 0.1 },
      quick: { steps: QUICK.momentum.steps },
    },
    adagrad: {
      title: { en: 'Adagrad', ja: 'Adagrad' },
      parameters: { optimizer: 'adagrad', lr: 0.1 },
      quick: { batch: 50, steps: QUICK.adagrad.steps },
    },
    rmsprop: {
      title: { en: 'RMSprop', ja: 'RMSProp' },
      parameters: { optimizer: 'rmsprop', lr: 1e-3 },
    },
    wide: {
      title: { en: 'Twice the units', ja: 'ユニット数2倍' },
      parameters: { hidden1: 1200, hidden2: 600 },
      quick: { steps: QUICK.wide.steps },
    },
  },
  charts: {
    loss: { x: 'step', y: 'cross-entropy of the batch' },
    accuracy: { x: 'step', y: 'accuracy on the held-out digits' },
  },
  async *run({ parameters, variant, preset, seed, data }) {
    const pictures = await courseDigits(data);
    yield splitTable(pictures);
    const rival: Settings | null =
      variant === 'rmsprop-500' ? { ...parameters, optimizer: 'adam', lr: 1e-4 } : null;
    const count = rival === null ? 1 : 2;
    const own = yield* train(pictures, parameters, seed, [0, count]);
    const other = rival === null ? null : yield* train(pictures, rival, seed, [1, count]);
    yield { type: 'metric', name: 'accuracy at the end', value: own.accuracy };
    if (other) yield { type: 'metric', name: 'accuracy with Adam, 0.0001', value: other.accuracy };
    yield mistakes('held-out digits read wrongly: digit and answer', pictures.test, own.classes);
    yield confusion('answers to held-out digits', pictures.test, own.classes);
    const sizeWith = (hidden1: number): number =>
      network(hidden1, 300, new Generator(seed)).numParameters();
    const checks: Check[] = [
      check(100, 'parameters of 600 and 300 units', sizeWith(600)).equals(654_310),
      check(101, 'parameters of 500 and 300 units', sizeWith(500)).equals(545_810),
    ];
    const row = variant === 'rmsprop-500' ? 101 : 100;
    const quick =
      preset === 'quick' && data === undefined && parameters.steps === QUICK[variant].steps;
    const published = data === undefined ? OWN[variant] : PUBLISHED[variant];
    const [low, high] = quick ? QUICK[variant].band : published;
    const steady = mean(own.accuracies.slice(-LAST));
    const why = [
      'a sixth of the digits, and one standard error of 1,000 held-out ones is 0.007',
      ...(MEASURED[variant] === undefined ? [] : [MEASURED[variant]]),
    ].join('; ');
    yield {
      type: 'table',
      name: 'accuracy to be expected',
      columns: ['digits', 'steps', 'at least', 'at most', 'why'],
      rows: [
        ['55,000', PUBLISHED_STEPS, ...PUBLISHED[variant], 'published runs'],
        ['9,000', PUBLISHED_STEPS, ...OWN[variant], why],
        [
          '9,000',
          QUICK[variant].steps,
          ...QUICK[variant].band,
          'the plateau takes hundreds of steps',
        ],
      ],
    };
    const complete = parameters.steps >= PUBLISHED_STEPS;
    if (variant === 'rmsprop-500' && complete) {
      const name = `accuracy, mean of the last ${LAST} looks`;
      checks.push(check(row, name, steady).between(low, high));
    } else if (complete || quick) {
      checks.push(
        check(row, 'accuracy at the end', own.accuracy).on('accuracy').between(low, high),
      );
    } else {
      checks.push(
        check(row, 'accuracy at the end', own.accuracy).on('accuracy').above(own.accuracies[0]!),
      );
    }
    if (other !== null) {
      const ahead = check(row, 'ahead of Adam with 0.0001', own.accuracy - other.accuracy);
      checks.push(ahead.above(complete ? 0.03 : 0.1));
    }
    return { checks, trained: (x: Tensor) => own.model.forward(x) };
  },
  tries: { digit: digitTry },
});
