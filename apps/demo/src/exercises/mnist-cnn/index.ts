/**
 * Handwritten digits by a convolutional network: 300 steps are enough for more than 90 % of the held-out
 * digits, with dropout or without.
 *
 *     conv 5×5×32 → ReLU → pool 2 → conv 5×5×64 → ReLU → pool 2 → 1024 → ReLU → dropout → 10
 *
 * Weights from N(0, 0.1²) cut at two standard deviations, biases 0.1; the loss is the sum over the batch.
 * The course measured accuracy on the very batch it had just learned from; here it stands beside that on
 * digits that are held out.
 */
import { Dropout, dropout as drop, type Sequential } from '@kasane/nn';
import { Generator, noGrad, rand, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { AsyncPart, Exercise, Pictures } from '../../exercise.ts';
import { answers } from '../../images/answers.ts';
import type { Answers } from '../../images/answers.ts';
import { confusion } from '../../images/confusion.ts';
import { convolutionSizes } from '../../images/convolution-sizes.ts';
import { digitTry } from '../../images/digit-try.ts';
import { courseDigits, splitTable } from '../../images/digits.ts';
import { Losses, read } from '../../losses.ts';
import { mistakes, weightPicture } from '../../pictures/gallery.ts';
import { largestDifference, longestRise } from '../../statistics.ts';
import { fastest } from '../../timing.ts';
import { network, type Size } from './network.ts';
import { training } from './training.ts';

const LOG_EVERY = 5; // steps between two points of the loss
const ROUNDS = 20; // of timing
const FRACTIONS = [8, 4, 2, 1]; // the sizes of the sweep: an eighth of the filters and units, ...

interface Settings extends Size {
  readonly lr: number;
  readonly batch: number;
  readonly steps: number;
}

interface Trained extends Answers {
  readonly model: Sequential;
  /** On the held-out digits, after a third of the steps. */
  readonly early: number;
  /** On the last batch, as the course measured it. */
  readonly onBatch: number;
}

async function* train(
  { train, test }: Pictures,
  settings: Settings,
  seed: number,
  name: string,
  [place, count]: readonly [number, number],
): AsyncPart<'loss' | 'accuracy', Trained> {
  const { steps } = settings;
  const generator = new Generator(seed);
  const model = network(settings, generator);
  const sixth = Math.max(1, Math.round(steps / 6));
  const losses = new Losses();
  let [early, onBatch] = [Number.NaN, Number.NaN];
  let given: Answers = { classes: new Int32Array(), accuracy: Number.NaN };
  let i = 0;
  for (const { x, t, loss } of training(model, train, settings, generator)) {
    losses.push(loss);
    i++;
    const progress = { type: 'progress', step: place * steps + i, total: count * steps } as const;
    if (i % LOG_EVERY === 0) {
      const y = (await losses.read()).at(-1)! / x.shape[0]!;
      yield { type: 'series', chart: 'loss', name, x: i, y };
      yield { ...progress, loss: y };
    } else yield progress;
    if (i % sixth === 0 || i === steps) {
      model.eval();
      onBatch = await read(
        scope(() =>
          noGrad(() => model.forward(x))
            .argmax(1)
            .equal(t)
            .mean(),
        ),
      );
      given = yield* answers((images) => model.forward(images), test, progress);
      model.train();
      if (i === 2 * sixth) early = given.accuracy;
      yield { type: 'series', chart: 'accuracy', name, x: i, y: given.accuracy };
    }
  }
  return { ...given, model, early, onBatch };
}

/** Milliseconds of a training step of new networks. */
function stepTimes(
  { train }: Pictures,
  networks: readonly Settings[],
  seed: number,
): AsyncPart<never, number[]> {
  const works = networks.map((settings) => {
    const generator = new Generator(seed);
    const model = network(settings, generator);
    const steps = training(model, train, { ...settings, steps: ROUNDS }, generator);
    return (): Tensor => steps.next().value!.loss; // there are as many as rounds
  });
  const total = networks.reduce((sum, { steps }) => sum + steps, 0);
  return fastest(works, ROUNDS, { type: 'progress', step: total, total });
}

export const mnistCnn: Exercise = defineExercise({
  id: 'mnist-cnn',
  title: { en: 'Digits with convolutions', ja: 'CNN（MNIST）' },
  summary:
    'Reads handwritten digits with two convolutions, with dropout, without, and at four sizes.',
  rows: [102, 103, 104, 105],
  data: 'mnist',
  parameters: {
    filters1: { type: 'integer', default: 32, quick: 8, min: 1, max: 256, description: 'filters of the first convolution' },
    filters2: { type: 'integer', default: 64, quick: 16, min: 1, max: 256, description: 'filters of the second one' },
    units: { type: 'integer', default: 1024, quick: 128, min: 1, max: 4096, description: 'units of the layer after them' },
    dropout: { type: 'number', default: 0.5, min: 0, max: 0.95, description: 'share of these units hidden while learning' },
    lr: { type: 'number', default: 1e-4, quick: 2e-3, min: 1e-6, max: 1, description: 'learning rate of Adam' },
    batch: { type: 'integer', default: 100, quick: 50, min: 1, max: 1000, description: 'digits in a step' },
    steps: { type: 'integer', default: 300, quick: 200, min: 12, max: 100_000, description: 'steps' },
  }, // prettier-ignore
  variants: {
    'dropout-0': {
      title: { en: 'Try: no dropout, beside the default', ja: 'dropout=0' },
      parameters: { dropout: 0 },
    },
    sizes: {
      title: { en: 'Fewer parameters, more steps', ja: 'パラメータ数と学習回数' },
      parameters: {},
      quick: { steps: 150 },
    },
  },
  charts: {
    loss: { x: 'step', y: 'cross-entropy per digit of the batch' },
    accuracy: { x: 'step', y: 'accuracy on the held-out digits' },
  },
  async *run({ parameters, variant, seed, data }) {
    const pictures = await courseDigits(data);
    yield splitTable(pictures);
    const published = { filters1: 32, filters2: 64, units: 1024, dropout: 0.5 };
    const checks: Check[] = [
      check(
        102,
        'parameters at the published size',
        network(published, new Generator(seed)).numParameters(),
      ).equals(3_274_634),
      ...(yield* convolutionSizes()),
    ];
    if (variant === 'sizes') {
      const [ownChecks, largest] = yield* sweep(pictures, parameters, seed);
      return { checks: [...checks, ...ownChecks], trained: forwardOf(largest) };
    }

    const rates = variant === 'dropout-0' ? [parameters.dropout, 0.5] : [parameters.dropout];
    const trained: Trained[] = [];
    const networks = rates.map((dropout) => ({ ...parameters, dropout }));
    for (const [i, settings] of networks.entries()) {
      const name = `dropout ${settings.dropout}`;
      trained.push(yield* train(pictures, settings, seed, name, [i, rates.length]));
    }
    const ms = yield* stepTimes(pictures, networks, seed);
    yield {
      type: 'table',
      name: 'networks',
      columns: [
        'dropout',
        'parameters',
        'steps',
        'accuracy, held out',
        'accuracy, last batch',
        'ms, fastest step',
      ],
      rows: trained.map(({ model, accuracy, onBatch }, i) => [
        rates[i]!,
        model.numParameters(),
        parameters.steps,
        accuracy,
        onBatch,
        ms[i]!,
      ]),
    };
    const [own] = trained as [Trained, ...Trained[]]; // there is always one
    yield mistakes('held-out digits read wrongly: digit and answer', pictures.test, own.classes);
    yield confusion('answers to held-out digits', pictures.test, own.classes);
    const kernels = own.model.parameters()[0]!; // (F1, 1, 5, 5) of the first layer
    yield await weightPicture('filters of the first convolution', kernels.reshape([-1, 5, 5]), {
      columns: 8,
      zoom: 8,
    });
    checks.push(
      ...trained.map(({ accuracy }, i) =>
        check(
          variant === 'dropout-0' ? 103 : 102,
          `accuracy on held-out digits, dropout ${rates[i]}`,
          accuracy,
        ).atLeast(0.9),
      ),
    );
    if (variant === 'dropout-0') checks.push(...(await withoutDropout(seed)));
    return { checks, trained: forwardOf(own.model) };
  },
  tries: { digit: digitTry },
});

/** A network as it answers, nothing hidden. */
function forwardOf(model: Sequential): (x: Tensor) => Tensor {
  model.eval();
  return (x) => model.forward(x);
}

/** Dropout of 0 changes nothing, nor does any while the network does not learn. */
async function withoutDropout(seed: number): Promise<Check[]> {
  const x = rand([100], { generator: new Generator(seed) });
  const changed = async (y: Tensor): Promise<number> =>
    largestDifference(await x.data(), await y.data());
  const [none, resting] = [drop(x, { p: 0 }), new Dropout(0.5).eval().forward(x)];
  return [
    check(103, 'what dropout of 0 changes', await changed(none)).equals(0),
    check(103, 'what dropout changes when not learning', await changed(resting)).equals(0),
  ];
}

/** Trains networks of four sizes: fewer parameters take less time and know less, more steps help. */
async function* sweep(
  pictures: Pictures,
  { filters1, filters2, units, ...rest }: Settings,
  seed: number,
): AsyncPart<'loss' | 'accuracy', [Check[], Sequential]> {
  const trained: Trained[] = [];
  const networks = FRACTIONS.map((fraction) => {
    const part = (n: number): number => Math.max(1, Math.round(n / fraction));
    return { ...rest, filters1: part(filters1), filters2: part(filters2), units: part(units) };
  });
  for (const [i, settings] of networks.entries()) {
    const name = `${settings.filters1}, ${settings.filters2}, ${settings.units}`;
    trained.push(yield* train(pictures, settings, seed, name, [i, networks.length]));
  }
  const ms = yield* stepTimes(pictures, networks, seed);
  const third = 2 * Math.round(rest.steps / 6);
  yield {
    type: 'table',
    name: 'sizes',
    columns: [
      'size',
      'parameters',
      'ms, fastest step',
      `accuracy, step ${third}`,
      `accuracy, step ${rest.steps}`,
    ],
    rows: trained.map(({ model, early, accuracy }, i) => {
      return [`1/${FRACTIONS[i]}`, model.numParameters(), ms[i]!, early, accuracy];
    }),
  };
  const helped = trained.filter(({ early, accuracy }) => accuracy > early).length;
  const checks = [
    check(104, 'sizes whose steps take longer in order', longestRise(ms)).atLeast(3),
    check(104, 'sizes whose accuracy rises in order', longestRise(trained.map(({ accuracy }) => accuracy))).atLeast(3),
    check(104, 'sizes that more steps helped', helped).atLeast(3),
  ]; // prettier-ignore
  return [checks, trained.at(-1)!.model];
}
