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
import { backward } from '@kasane/autograd';
import { Conv2d, MaxPool2d } from '@kasane/layers-cnn';
import {
  crossEntropy,
  Dropout,
  dropout as drop,
  Flatten,
  init,
  Linear,
  ReLU,
  Sequential,
} from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, rand, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise, Part, Pictures } from '../exercise.ts';
import { answers } from '../images/answers.ts';
import type { Answers } from '../images/answers.ts';
import { batches } from '../images/batches.ts';
import { convolutionSizes } from '../images/convolution-sizes.ts';
import { courseDigits, splitTable } from '../images/digits.ts';
import { mistakes, weightPicture } from '../pictures/gallery.ts';
import { sizeOf } from '../images/layers.ts';
import { largestDifference, longestRise } from '../statistics.ts';

const [STD, BIAS] = [0.1, 0.1];
const LOG_EVERY = 5; // steps between two points of the loss
const FRACTIONS = [8, 4, 2, 1]; // the sizes of the sweep: an eighth of the filters and units, ...

interface Settings {
  readonly filters1: number;
  readonly filters2: number;
  readonly units: number;
  readonly dropout: number;
  readonly lr: number;
  readonly batch: number;
  readonly steps: number;
}

function network(
  {
    filters1,
    filters2,
    units,
    dropout,
  }: Pick<Settings, 'filters1' | 'filters2' | 'units' | 'dropout'>,
  generator: Generator,
): Sequential {
  const drawn = <Layer extends Conv2d | Linear>(layer: Layer): Layer => {
    init.truncatedNormal(layer.weight, 0, STD, { generator });
    init.constant(layer.bias!, BIAS);
    return layer;
  };
  return new Sequential(
    drawn(new Conv2d(1, filters1, 5, { padding: 'same' })), // (B, F1, 28, 28)
    new ReLU(),
    new MaxPool2d(2), // (B, F1, 14, 14)
    drawn(new Conv2d(filters1, filters2, 5, { padding: 'same' })), // (B, F2, 14, 14)
    new ReLU(),
    new MaxPool2d(2), // (B, F2, 7, 7)
    new Flatten(),
    drawn(new Linear(7 * 7 * filters2, units)),
    new ReLU(),
    new Dropout(dropout, { generator }),
    drawn(new Linear(units, 10)),
  );
}

interface Trained extends Answers {
  readonly model: Sequential;
  /** On the held-out digits, after a third of the steps. */
  readonly early: number;
  /** On the last batch, as the course measured it. */
  readonly onBatch: number;
  /** Milliseconds of the fastest step: the others waited for other programs. */
  readonly time: number;
}

function* train(
  { train, test }: Pictures,
  settings: Settings,
  seed: number,
  name: string,
  [place, count]: readonly [number, number],
): Part<'loss' | 'accuracy', Trained> {
  const { lr, batch, steps } = settings;
  const generator = new Generator(seed);
  const model = network(settings, generator);
  const optimizer = new Adam(model.parameters(), { lr });
  const step = compile(
    (x: Tensor, t: Tensor): Tensor => {
      const loss = crossEntropy(model.forward(x), t, { reduction: 'sum' });
      optimizer.zeroGrad();
      backward(loss);
      optimizer.step();
      return loss.detach();
    },
    { onFallback: () => {} }, // only the wasm backend compiles
  );

  const order = batches(train, batch, generator);
  const sixth = Math.max(1, Math.round(steps / 6));
  const times: number[] = [];
  let [early, onBatch] = [Number.NaN, Number.NaN];
  let given: Answers = { classes: new Int32Array(), accuracy: Number.NaN };
  for (let i = 1; i <= steps; i++) {
    const [x, t] = order.next().value;
    const start = performance.now();
    const loss = scope(() => step(x, t).item());
    times.push(performance.now() - start);
    const progress = { type: 'progress', step: place * steps + i, total: count * steps, loss } as const; // prettier-ignore
    yield progress;
    if (i % LOG_EVERY === 0) {
      yield { type: 'series', chart: 'loss', name, x: i, y: loss / x.shape[0]! };
    }
    if (i % sixth === 0 || i === steps) {
      model.eval();
      onBatch = scope(() => model.forward(x).argmax(1).equal(t).cast('float32').mean().item());
      given = yield* answers((images) => model.forward(images), test, progress);
      model.train();
      if (i === 2 * sixth) early = given.accuracy;
      yield { type: 'series', chart: 'accuracy', name, x: i, y: given.accuracy };
    }
    x.dispose();
    t.dispose();
  }
  return { ...given, model, early, onBatch, time: Math.min(...times) };
}

export const mnistCnn: Exercise = defineExercise({
  id: 'mnist-cnn',
  title: { en: 'Digits with convolutions', ja: 'CNN（MNIST）' },
  summary:
    'Reads handwritten digits with two convolutions, with dropout, without, and at four sizes.',
  lines: [268, 270, 274],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/layers-cnn',
    '@kasane/optim',
  ],
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
        sizeOf(network(published, new Generator(seed))),
      ).equals(3_274_634),
      ...(yield* convolutionSizes()),
    ];
    if (variant === 'sizes') return [...checks, ...(yield* sweep(pictures, parameters, seed))];

    const rates = variant === 'dropout-0' ? [parameters.dropout, 0.5] : [parameters.dropout];
    const trained: Trained[] = [];
    for (const [i, dropout] of rates.entries()) {
      const settings = { ...parameters, dropout };
      trained.push(yield* train(pictures, settings, seed, `dropout ${dropout}`, [i, rates.length]));
    }
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
      rows: trained.map(({ model, accuracy, onBatch, time }, i) => [
        rates[i]!,
        sizeOf(model),
        parameters.steps,
        accuracy,
        onBatch,
        time,
      ]),
    };
    const [own] = trained as [Trained, ...Trained[]]; // there is always one
    yield mistakes('held-out digits read wrongly: digit and answer', pictures.test, own.classes);
    const kernels = own.model.parameters()[0]!; // (F1, 1, 5, 5) of the first layer
    yield weightPicture('filters of the first convolution', kernels.reshape([-1, 5, 5]), {
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
    if (variant !== 'dropout-0') return checks;
    const x = rand([100], { generator: new Generator(seed) });
    const changed = (y: Tensor): number => largestDifference(x.dataSync(), y.dataSync());
    return [
      ...checks,
      check(103, 'what dropout of 0 changes', changed(drop(x, { p: 0 }))).equals(0),
      check(
        103,
        'what dropout changes when not learning',
        changed(new Dropout(0.5).eval().forward(x)),
      ).equals(0),
    ];
  },
});

/** Trains networks of four sizes: fewer parameters take less time and know less, more steps help. */
function* sweep(
  pictures: Pictures,
  { filters1, filters2, units, ...rest }: Settings,
  seed: number,
): Part<'loss' | 'accuracy', Check[]> {
  const trained: Trained[] = [];
  for (const [i, fraction] of FRACTIONS.entries()) {
    const part = (n: number): number => Math.max(1, Math.round(n / fraction));
    const size = { filters1: part(filters1), filters2: part(filters2), units: part(units) };
    const name = `${size.filters1}, ${size.filters2}, ${size.units}`;
    trained.push(yield* train(pictures, { ...size, ...rest }, seed, name, [i, FRACTIONS.length]));
  }
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
    rows: trained.map(({ model, time, early, accuracy }, i) => {
      return [`1/${FRACTIONS[i]}`, sizeOf(model), time, early, accuracy];
    }),
  };
  const helped = trained.filter(({ early, accuracy }) => accuracy > early).length;
  return [
    check(104, 'sizes whose steps take longer in order', longestRise(trained.map(({ time }) => time))).atLeast(3),
    check(104, 'sizes whose accuracy rises in order', longestRise(trained.map(({ accuracy }) => accuracy))).atLeast(3),
    check(104, 'sizes that more steps helped', helped).atLeast(3),
  ]; // prettier-ignore
}
