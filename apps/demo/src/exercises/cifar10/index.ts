/**
 * Coloured pictures of ten classes by four convolutions: with batch normalisation between convolution and
 * ReLU the training loss comes down to 1.9 in fewer steps.
 *
 *     2 × (conv 3×3 → ReLU → conv 3×3 → ReLU → pool 2 → dropout ¼) → 512 → ReLU → dropout ½ → 10
 *
 * The pictures are generated, 32 × 32 figures in ten classes, unless `--data` names the folder of CIFAR-10's
 * files. Bytes are divided by 255, so that what goes in is from 0 to 1. With and without normalisation are
 * compared twice, without dropout and with it, and the steps to several training losses are shown of both. What is
 * claimed is the first: with dropout the training loss is that of a network half hidden, so noisy that the order of
 * the two depends on where one looks.
 *
 * Two things are not as in Keras: a last batch that is not full is left out, and the running means of batch
 * normalisation move by a tenth at a step, Keras' by a hundredth; its ε is 1e-5, Keras' 1e-3.
 */
import { DataLoader, makeShapes, type LabeledImages } from '@kasane/datasets';
import type { Sequential } from '@kasane/nn';
import { Generator, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { AsyncPart, Exercise, Part, Pictures } from '../../exercise.ts';
import { fitting } from '../../fitting.ts';
import { answers } from '../../images/answers.ts';
import { confusion } from '../../images/confusion.ts';
import { splitTable } from '../../images/digits.ts';
import { probabilities } from '../../images/probabilities.ts';
import type { Networks } from '../../images/probabilities.ts';
import { read } from '../../losses.ts';
import { tileOf } from '../../pictures/canvas.ts';
import { gallery, kernelPicture, mistakes } from '../../pictures/gallery.ts';
import { mean } from '../../statistics.ts';
import { UsageError } from '../../usage-error.ts';
import { learning, network, type Sizes } from './network.ts';

const PUBLISHED: Sizes = { filters: 32, units: 512, dropout: 0.25, norm: false };
const TEST_SHARE = 5; // one generated picture is held out for each five to learn from
const SMOOTH = 20; // steps whose mean is the training loss
const MARKS = [2.1, 2, 1.9, 1.7, 1.5, 1, 0.5]; // losses whose steps are shown

/** What became of a network. */
interface Trained {
  readonly name: string;
  readonly model: Sequential;
  /** Training losses, each the mean of 20 steps. */
  readonly smooth: readonly number[];
  /** On the held-out pictures. */
  readonly accuracy: number;
}

/** What can be asked: networks, and pictures that none of them has learned from. */
interface Asked {
  readonly networks: Networks;
  readonly test: LabeledImages;
}

/** Generated pictures to learn from, and a fifth as many to be asked. */
function generated(count: number, seed: number): Pictures {
  const shapes = (n: number, name: string) =>
    makeShapes(n, { generator: new Generator(seed).fork(name) });
  return { train: shapes(count, 'train'), test: shapes(Math.ceil(count / TEST_SHARE), 'test') };
}

export const cifar10: Exercise = defineExercise({
  id: 'cifar10',
  title: {
    en: 'Coloured pictures, generated in place of CIFAR-10',
    ja: 'CIFAR-10の分類（生成画像で代用）',
  },
  summary:
    'Tells ten classes of generated pictures, or of CIFAR-10 with --data, and shows what batch normalisation does.',
  rows: [129],
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
        en: 'With batch normalisation, beside the network without, both without dropout and with it',
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
    const { lr, batch, epochs, target, pictures, ...sizes } = parameters;
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
    yield {
      type: 'table',
      name: 'not as in Keras',
      columns: ['', 'here', 'Keras'],
      rows: [
        ['a last batch that is not full', 'left out', 'learned from'],
        ['of running means at a step, batch normalisation', '1/10', '1/100'],
        ['ε of batch normalisation', '1e-5', '1e-3'],
      ],
    };
    const [least, most] = scope(() => {
      const [x] = train.getBatch(Array.from({ length: Math.min(1000, train.length) }, (_, i) => i));
      return [x.min(), x.max()] as const;
    });
    const sizeOf = (norm: boolean): number =>
      network({ ...PUBLISHED, norm }, new Generator(seed)).numParameters();
    const checks: Check[] = [
      check(129, 'parameters at the published size', sizeOf(false)).equals(1_250_858),
      check(129, 'parameters of the batch normalisations', sizeOf(true) - 1_250_858).equals(384),
      check(129, 'smallest input', await read(least)).atLeast(0),
      check(129, 'largest input', await read(most)).between(0.5, 1),
    ];

    async function* trained(
      name: string,
      own: Sizes,
      place: readonly [index: number, count: number],
    ): AsyncPart<'loss' | 'accuracy' | 'steps', Trained> {
      const generator = new Generator(seed);
      const model = network(own, generator);
      const losses: number[] = [];
      const history = yield* fitting(
        model,
        {
          ...learning(model, { lr, epochs }),
          data: new DataLoader(train, {
            batchSize: batch,
            shuffle: true,
            generator,
            dropLast: true,
          }),
          validation: new DataLoader(test, { batchSize: 250 }),
          callbacks: [{ onStep: ({ loss }) => void losses.push(loss) }],
          generators: [generator],
          signal,
        },
        { name, place },
      );
      const smooth = losses.slice(SMOOTH - 1).map((_, at) => mean(losses.slice(at, at + SMOOTH)));
      yield {
        type: 'series',
        chart: 'steps',
        name,
        x: smooth.map((_, at) => at + SMOOTH),
        y: smooth,
      };
      const { valLoss, valAccuracy } = history.at(-1)!; // there is at least one epoch
      yield { type: 'metric', name: `${name}: loss on held-out pictures`, value: valLoss! };
      yield { type: 'metric', name: `${name}: accuracy on held-out pictures`, value: valAccuracy! };
      return { name, model, smooth, accuracy: valAccuracy! };
    }

    const kinds: readonly (readonly [name: string, own: Sizes])[] =
      variant === 'batch-norm'
        ? [
            ['with batch norm', { ...sizes, norm: true, dropout: 0 }],
            ['without', { ...sizes, norm: false, dropout: 0 }],
            ['with batch norm, dropout', { ...sizes, norm: true, dropout: PUBLISHED.dropout }],
            ['without, dropout', { ...sizes, norm: false, dropout: PUBLISHED.dropout }],
          ]
        : [[sizes.norm ? 'with batch norm' : 'without', sizes]];
    const all: Trained[] = [];
    for (const [i, [name, own]] of kinds.entries()) {
      all.push(yield* trained(name, own, [i, kinds.length]));
    }
    const [first] = all as [Trained, ...Trained[]]; // there is always one
    const progress = { type: 'progress', step: 1, total: 1 } as const;
    const { classes } = yield* answers((x) => first.model.forward(x), test, progress);
    yield mistakes('held-out pictures told wrongly: class and answer', test, classes);
    yield confusion('answers to held-out pictures', test, classes);
    yield await kernelPicture('filters of the first convolution', first.model.parameters()[0]!, {
      columns: 8,
      zoom: 12,
    });
    checks.push(
      check(129, 'accuracy on held-out pictures', first.accuracy)
        .on('accuracy')
        .atLeast(preset === 'full' ? 0.7 : 0.3),
    );
    if (variant === 'batch-norm') checks.push(...(yield* compared(all, target)));
    const networks = Object.fromEntries(
      all.map(({ name, model }) => [name, (x: Tensor) => model.forward(x)]),
    );
    return { checks, trained: { networks, test } };
  },
  tries: {
    picture: {
      title: { en: 'What is on a held-out picture?', ja: '学習に使っていない画像は何？' },
      parameters: {
        number: { type: 'integer', default: 1, min: 1, max: 20_000, description: 'which of the held-out pictures' },
      }, // prettier-ignore
      async *run({ networks, test }: Asked, { number }) {
        if (number > test.length) {
          throw new UsageError(`--number must be at most ${test.length}, got ${number}.`);
        }
        const shown = `picture ${number}: ${test.classes[test.labels[number - 1]!]!}`;
        yield gallery(shown, [tileOf(test.image(number - 1))], { columns: 1, zoom: 3 });
        yield* probabilities(networks, () => test.getBatch([number - 1])[0], test.classes);
      },
    },
  },
});

/** The step at which a curve of smoothed losses is first below a loss. */
function firstBelow(smooth: readonly number[], loss: number): number {
  const first = smooth.findIndex((value) => value < loss);
  return first < 0 ? Number.POSITIVE_INFINITY : first + SMOOTH;
}

/** How many steps networks need to training losses; says of them what holds, that of the first two. */
function* compared(all: readonly Trained[], target: number): Part<never, Check[]> {
  const stepsTo = (loss: number): number[] => all.map(({ smooth }) => firstBelow(smooth, loss));
  yield {
    type: 'table',
    name: 'steps to a training loss',
    columns: ['loss', ...all.map(({ name }) => name)],
    rows: MARKS.map((loss) => [loss, ...stepsTo(loss)]),
  };
  const [withNorm, without] = stepsTo(target) as [number, number, ...number[]]; // of every network
  const name = `no dropout: steps to a training loss of ${target}, with and without: difference`;
  return [check(129, name, withNorm - without).below(0)];
}
