/**
 * Coloured pictures of ten classes by four convolutions: with batch normalisation between convolution and
 * ReLU the training loss comes down to 1.9 in fewer steps.
 *
 *     2 × (conv 3×3 → ReLU → conv 3×3 → ReLU → pool 2 → dropout ¼) → 512 → ReLU → dropout ½ → 10
 *
 * The pictures are generated, 32 × 32 figures in ten classes, unless `--data` names the folder of CIFAR-10's
 * files. Bytes are divided by 255, so that what goes in is from 0 to 1. The two
 * networks are compared without dropout, whose noise in the training loss is larger than what normalisation
 * does: with dropout, and below a loss of 1 on the generated pictures, they are level.
 */
import { DataLoader, makeShapes } from '@kasane/datasets';
import { BatchNorm2d, MaxPool2d } from '@kasane/layers-cnn';
import type { Conv2d } from '@kasane/layers-cnn';
import { crossEntropy, Dropout, Flatten, ReLU, Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, scope } from '@kasane/tensor-core';
import { Accuracy } from '@kasane/trainer';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise, Pictures } from '../exercise.ts';
import { fitting } from '../fitting.ts';
import { answers } from '../images/answers.ts';
import { splitTable } from '../images/digits.ts';
import { kernelPicture, mistakes } from '../pictures/gallery.ts';
import { conv3, dense } from '../images/layers.ts';
import { mean } from '../statistics.ts';

const TEST_SHARE = 5; // one generated picture is held out for each five to learn from
const SMOOTH = 20; // steps whose mean is the training loss
const MARKS = [2.1, 2, 1.9, 1.7, 1.5, 1, 0.5]; // losses whose steps are shown

type Layer = Conv2d | BatchNorm2d | ReLU | MaxPool2d | Dropout;

interface Sizes {
  /** Of the first two convolutions; the others have twice as many. */
  readonly filters: number;
  readonly units: number;
  /** After each block, and twice that before the answer. */
  readonly dropout: number;
}

const PUBLISHED: Sizes = { filters: 32, units: 512, dropout: 0.25 };

function network(
  { filters, units, dropout }: Sizes,
  norm: boolean,
  generator: Generator,
): Sequential {
  const conv = (from: number, to: number, padding: 'same' | 'valid'): Layer[] => [
    conv3(from, to, padding, generator),
    ...(norm ? [new BatchNorm2d(to)] : []),
    new ReLU(),
  ];
  const block = (from: number, to: number): Layer[] => [
    ...conv(from, to, 'same'),
    ...conv(to, to, 'valid'),
    new MaxPool2d(2),
    new Dropout(dropout, { generator }),
  ];
  return new Sequential(
    ...block(3, filters), // (B, F, 15, 15)
    ...block(filters, 2 * filters), // (B, 2F, 6, 6)
    new Flatten(),
    dense(6 * 6 * 2 * filters, units, generator),
    new ReLU(),
    new Dropout(2 * dropout, { generator }),
    dense(units, 10, generator),
  );
}

/** Generated pictures to learn from, and a fifth as many to be asked. */
function generated(count: number, seed: number): Pictures {
  const shapes = (n: number, name: string) =>
    makeShapes(n, { generator: new Generator(seed).fork(name) });
  return { train: shapes(count, 'train'), test: shapes(Math.ceil(count / TEST_SHARE), 'test') };
}

/** The step at which a curve of smoothed losses is first below a loss. */
function firstBelow(smooth: readonly number[], loss: number): number {
  const first = smooth.findIndex((value) => value < loss);
  return first < 0 ? Number.POSITIVE_INFINITY : first + SMOOTH;
}

export const cifar10: Exercise = defineExercise({
  id: 'cifar10',
  title: {
    en: 'Coloured pictures, generated in place of CIFAR-10',
    ja: 'CIFAR-10の分類（生成画像で代用）',
  },
  summary:
    'Tells ten classes of generated pictures, or of CIFAR-10 with --data, and shows what batch normalisation does.',
  rows: [105, 129],
  packages: [
    '@kasane/tensor-core',
    '@kasane/nn',
    '@kasane/layers-cnn',
    '@kasane/optim',
    '@kasane/datasets',
    '@kasane/trainer',
  ],
  data: 'cifar10',
  parameters: {
    filters: { type: 'integer', default: 32, quick: 8, min: 1, max: 256, description: 'filters of the first two convolutions; the others have twice as many' },
    units: { type: 'integer', default: 512, min: 1, max: 4096, description: 'units of the layer after them' },
    dropout: { type: 'number', default: 0.25, min: 0, max: 0.45, description: 'share of values hidden after each block; of the last units twice as many' },
    norm: { type: 'boolean', default: false, description: 'batch normalisation between convolution and ReLU' },
    lr: { type: 'number', default: 1e-3, min: 1e-6, max: 1, description: 'learning rate of Adam' },
    batch: { type: 'integer', default: 32, min: 2, max: 1000, description: 'pictures in a step' },
    pictures: { type: 'integer', default: 10_000, quick: 1600, min: 100, max: 100_000, description: 'generated pictures to learn from' },
    epochs: { type: 'integer', default: 20, quick: 3, min: 1, max: 1000, description: 'passes over the pictures' },
    target: { type: 'number', default: 1.9, min: 0.01, max: 3, description: 'training loss that both networks are to reach' },
  }, // prettier-ignore
  variants: {
    'batch-norm': {
      title: {
        en: 'With batch normalisation, beside the network without, both without dropout',
        ja: 'convとReLUの間にBatchNormalization',
      },
      parameters: { norm: true, dropout: 0 },
      quick: { epochs: 2 },
    },
  },
  charts: {
    loss: { x: 'epoch', y: 'cross-entropy' },
    accuracy: { x: 'epoch', y: 'accuracy' },
    steps: { x: 'step', y: 'cross-entropy, mean of 20 steps' },
  },
  async *run({ parameters, variant, preset, seed, data, signal }) {
    const { norm, lr, batch, epochs, target, pictures, ...sizes } = parameters;
    const { train, test } = data ?? generated(pictures, seed);
    yield splitTable({ train, test });
    yield {
      type: 'table',
      name: 'classes',
      columns: ['number', 'class', 'pictures'],
      rows: train.classes.map((name, i) => [
        i,
        name,
        train.labels.filter((label) => label === i).length,
      ]),
    };
    const [low, high] = scope(() => {
      const [x] = train.getBatch(Array.from({ length: Math.min(1000, train.length) }, (_, i) => i));
      return [x.min().item(), x.max().item()] as const;
    });
    const checks: Check[] = [
      check(
        129,
        'parameters at the published size',
        network(PUBLISHED, false, new Generator(seed)).numParameters(),
      ).equals(1_250_858),
      check(
        129,
        'parameters of the batch normalisations',
        network(PUBLISHED, true, new Generator(seed)).numParameters() - 1_250_858,
      ).equals(384),
      check(129, 'smallest input', low).atLeast(0),
      check(129, 'largest input', high).between(0.5, 1),
    ];

    const kinds = variant === 'batch-norm' ? [true, false] : [norm];
    const curves: (readonly number[])[] = [];
    const ends: number[] = [];
    for (const [i, withNorm] of kinds.entries()) {
      const name = withNorm ? 'with batch norm' : 'without';
      const generator = new Generator(seed);
      const model = network(sizes, withNorm, generator);
      const losses: number[] = [];
      const history = yield* fitting(
        model,
        {
          data: new DataLoader(train, {
            batchSize: batch,
            shuffle: true,
            generator,
            dropLast: true,
          }),
          validation: new DataLoader(test, { batchSize: 250 }),
          loss: crossEntropy,
          optimizer: new Adam(model.parameters(), { lr, eps: 1e-7 }),
          epochs,
          metrics: { accuracy: new Accuracy() },
          callbacks: [{ onStep: ({ loss }) => void losses.push(loss) }],
          generators: [generator],
          signal,
        },
        { name, place: [i, kinds.length] },
      );
      const smooth = losses.slice(SMOOTH - 1).map((_, at) => mean(losses.slice(at, at + SMOOTH)));
      curves.push(smooth);
      yield {
        type: 'series',
        chart: 'steps',
        name,
        x: smooth.map((_, at) => at + SMOOTH),
        y: smooth,
      };
      const end = history.at(-1)!; // there is at least one epoch
      ends.push(end['valAccuracy']!);
      yield { type: 'metric', name: `${name}: loss on held-out pictures`, value: end['valLoss']! };
      yield {
        type: 'metric',
        name: `${name}: accuracy on held-out pictures`,
        value: end['valAccuracy']!,
      };
      if (i > 0) continue;
      const progress = { type: 'progress', step: 1, total: kinds.length } as const;
      const { classes } = yield* answers((x) => model.forward(x), test, progress);
      yield mistakes('held-out pictures told wrongly: class and answer', test, classes);
      yield await kernelPicture('filters of the first convolution', model.parameters()[0]!, {
        columns: 8,
        zoom: 12,
      });
    }
    checks.push(
      check(129, 'accuracy on held-out pictures', ends[0]!).atLeast(preset === 'full' ? 0.7 : 0.3),
    );
    if (variant !== 'batch-norm') return checks;
    const stepsTo = (loss: number): number[] => curves.map((curve) => firstBelow(curve, loss));
    yield {
      type: 'table',
      name: 'steps to a training loss',
      columns: ['loss', 'with batch norm', 'without'],
      rows: MARKS.map((loss) => [loss, ...stepsTo(loss)]),
    };
    const [withNorm, without] = stepsTo(target) as [number, number]; // of both networks
    return [
      ...checks,
      check(
        129,
        `steps to a training loss of ${target}, with and without: difference`,
        withNorm - without,
      ).below(0),
    ];
  },
});
