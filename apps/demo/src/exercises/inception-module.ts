/**
 * The Inception module of GoogLeNet: kernels of 1 × 1, 3 × 3 and 5 × 5 and pooling side by side, and 1 × 1
 * convolutions that first reduce the channels that the larger kernels see.
 *
 *     x → 1×1 ─────────┐
 *     x → 1×1 → 3×3 ───┤
 *     x → 1×1 → 5×5 ───┼→ one after the other, (N, 64 + 128 + 32 + 32, H, W)
 *     x → pool → 1×1 ──┘
 *
 * Two small modules, with batch normalisation as in torchvision, then learn to tell generated shapes apart.
 */
import { makeShapes, type LabeledImages } from '@kasane/datasets';
import { Conv2d, GlobalAvgPool, MaxPool2d } from '@kasane/layers-cnn';
import {
  BasicConv2d,
  BatchNormInception,
  Inception,
  NaiveInception,
} from '@kasane/layers-cnn/models';
import { crossEntropy, Linear, Sequential, summary } from '@kasane/nn';
import type { Layer } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, noGrad, rand, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { confusion } from '../images/confusion.ts';
import { following } from '../following.ts';
import { shapeTry } from '../images/shape-try.ts';
import { read } from '../losses.ts';
import { mapsBesidePictures } from '../pictures/feature-maps.ts';
import { largestDifference } from '../statistics.ts';

// Module 3a of GoogLeNet: 192 channels of 28 × 28.
const [CHANNELS, SIDE] = [192, 28];
const MODULE_3A = { ch1x1: 64, ch3x3red: 96, ch3x3: 128, ch5x5red: 16, ch5x5: 32, poolProj: 32 };

const CLASSES = 10;
const TEST = 500; // pictures

// #region lesson
// The modules that learn.
const FIRST = { ch1x1: 8, ch3x3red: 8, ch3x3: 16, ch5x5red: 4, ch5x5: 8, poolProj: 8 }; // of 16
const SECOND = { ch1x1: 16, ch3x3red: 16, ch3x3: 32, ch5x5red: 8, ch5x5: 16, poolProj: 16 }; // of 40

/** A convolution and a first module; pictures (N, 3, 32, 32). */
const firstModule = (generator: Generator): Sequential =>
  new Sequential(
    new BasicConv2d(3, 16, 5, { stride: 2, padding: 2, generator }), // (N, 16, 16, 16)
    new BatchNormInception(16, FIRST, { generator }), // (N, 40, 16, 16)
  );

/** A second module after it, and what gives the scores of ten classes. */
const network = (first: Sequential, generator: Generator): Sequential =>
  new Sequential(
    first,
    new MaxPool2d(2),
    new BatchNormInception(40, SECOND, { generator }), // (N, 80, 8, 8)
    new MaxPool2d(2),
    new BasicConv2d(80, 48, 3, { padding: 1, generator }),
    new GlobalAvgPool(),
    new Linear(48, CLASSES, { generator }),
  );

/** Trains a network on pictures drawn at random, and gives the loss of each step. */
function* training(
  model: Sequential,
  images: LabeledImages,
  { batch, lr, steps }: { batch: number; lr: number; steps: number },
  generator: Generator,
): Iterable<Tensor> {
  const step = trainStep(
    (x: Tensor, y: Tensor) => crossEntropy(model.forward(x), y),
    new Adam(model.parameters(), { lr }),
  );
  for (let i = 0; i < steps; i++) {
    const drawn = Array.from({ length: batch }, () => generator.below(images.length));
    yield scope(() => step(...images.getBatch(drawn)));
  }
}
// #endregion

/** Parameters, multiply-adds per pixel, and channels of the output. */
function costOf(layer: Layer, channels: number): [number, number, number] {
  const { parameters, multiplyAdds, rows } = summary(layer, [1, channels, SIDE, SIDE]);
  return [parameters, multiplyAdds / SIDE ** 2, rows[0]!.outputShapes[0]![1]!];
}

export const inceptionModule: Exercise = defineExercise({
  id: 'inception-module',
  title: { en: 'The Inception module', ja: 'Inceptionモジュール' },
  summary:
    'Counts what 1 × 1 convolutions save in an Inception module, and trains two of them on generated shapes.',
  rows: [106, 107],
  parameters: {
    batch: { type: 'integer', default: 32, min: 1, max: 1024, description: 'pictures per step' },
    lr: { type: 'number', default: 0.005, min: 1e-6, max: 1, description: 'learning rate' },
    pictures: { type: 'integer', default: 8000, quick: 2000, min: 100, max: 50_000, description: 'generated pictures' },
    steps: { type: 'integer', default: 1500, quick: 150, min: 40, max: 1e5, description: 'training steps' },
  }, // prettier-ignore
  charts: { loss: { x: 'step', y: 'cross-entropy' } },
  async *run({ parameters: { batch, lr, pictures, steps }, seed }) {
    const generator = new Generator(seed);

    // ——— what the reduction saves ———
    const reduced = new Inception(CHANNELS, MODULE_3A, { generator });
    const naive = new NaiveInception(CHANNELS, MODULE_3A, { generator });
    const [parameters, multiplyAdds, channels] = costOf(reduced, CHANNELS);
    const [naiveParameters, naiveMultiplyAdds, naiveChannels] = costOf(naive, CHANNELS);
    const { branch1, branch2, branch3, branch4 } = reduced;
    const branches = {
      '1 × 1': branch1,
      '1 × 1 → 3 × 3': branch2,
      '1 × 1 → 5 × 5': branch3,
      'pool → 1 × 1': branch4,
    };
    yield {
      type: 'table',
      name: `module 3a, ${CHANNELS} channels in`,
      columns: ['', 'parameters', 'multiply-adds per pixel', 'channels out'],
      rows: [
        ...Object.entries(branches).map(([name, it]) => [name, ...costOf(it, CHANNELS)]),
        ['with 1 × 1 reduction', parameters, multiplyAdds, channels],
        ['without', naiveParameters, naiveMultiplyAdds, naiveChannels],
      ],
    };

    // ——— a 1 × 1 convolution is a matrix product at each pixel ———
    const x = rand([2, CHANNELS, 5, 7], { generator });
    const pointwise = new Conv2d(CHANNELS, 16, 1, { generator });
    const convolved = pointwise.forward(x);
    const matrix = pointwise.weight.reshape([16, CHANNELS]);
    const perPixel = x.permute([0, 2, 3, 1]).matmul(matrix.t()).add(pointwise.bias!); // (N, H, W, 16)
    const pointwiseError = largestDifference(
      await convolved.data(),
      await perPixel.permute([0, 3, 1, 2]).data(),
    );

    // ——— two modules learn ———
    const train = makeShapes(pictures, { generator });
    const test = makeShapes(TEST, { generator });
    const first = firstModule(generator);
    const model = network(first, generator);
    yield* following(training(model, train, { batch, lr, steps }, generator), {
      chart: 'loss',
      name: 'training',
      total: steps,
    });
    model.eval();
    const [said, hits] = scope(() => {
      const [images, labels] = test.getBatch(Array.from({ length: TEST }, (_, i) => i));
      const classes = noGrad(() => model.forward(images)).argmax(1);
      return [classes, classes.equal(labels).cast('float32').mean()] as const;
    });
    const accuracy = await read(hits);
    yield { type: 'metric', name: 'accuracy on 500 new generated shapes', value: accuracy };

    yield confusion('answers to new generated shapes', test, await said.data());

    // ——— what the branches of the first module see ———
    const shown = test.getBatch([0, 12, 24, 36, 48, 59]);
    const maps = noGrad(() => first.forward(shown[0]));
    const { ch1x1, ch3x3, ch5x5, poolProj } = FIRST;
    const canvas = await mapsBesidePictures(shown[0], maps, [ch1x1, ch3x3, ch5x5, poolProj]);
    yield canvas.shown(
      'generated shapes, and the strongest map of each branch: 1 × 1, 3 × 3, 5 × 5, pooled',
    );

    const checks = [
      check(106, 'parameters of module 3a', parameters).equals(163_696),
      check(106, 'its channels', channels).equals(256),
      check(106, 'its multiply-adds per pixel', multiplyAdds).equals(163_328),
      check(106, 'parameters without 1 × 1 reduction', naiveParameters).equals(387_296),
      check(106, 'channels without it', naiveChannels).equals(416),
      check(106, 'multiply-adds per pixel without it', naiveMultiplyAdds).equals(387_072),
      check(107, '1 × 1 convolution against a matrix product at each pixel', pointwiseError).below(1e-5),
      check(107, 'modules stacked: accuracy on new generated shapes', accuracy).atLeast(0.5),
    ]; // prettier-ignore
    return { checks, trained: { 'two modules': (x: Tensor) => model.forward(x) } };
  },
  tries: { shape: shapeTry() },
});
