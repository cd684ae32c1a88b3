/**
 * What was learnt from many pictures helps with few: a trunk that tells six shapes apart is frozen,
 * and a new head learns four others from five pictures of each.
 *
 * The rival has the same layers and the same pictures, and starts from nothing: five pictures do not
 * teach it that place, size and colour mean nothing, which the trunk knows. Frozen means that not one
 * bit of the trunk changes: neither a weight nor a running mean, which is why it stays in evaluation
 * mode. The pictures are generated.
 */
import { backward } from '@kasane/autograd';
import { makeShapes, shapeClasses, type LabeledImages } from '@kasane/datasets';
import { BatchNorm2d, Conv2d, MaxPool2d } from '@kasane/layers-cnn';
import {
  crossEntropy,
  Flatten,
  Linear,
  ReLU,
  Sequential,
  type Layer,
  type Module,
} from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, noGrad, randperm, scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise, Part } from '../exercise.ts';
import { tileOf } from '../pictures/canvas.ts';
import { gallery } from '../pictures/gallery.ts';
import { median } from '../statistics.ts';

const SIZE = 24; // of the pictures
const CHANNELS = [8, 16, 32] as const;
const FEATURES = 64;
const [KNOWN, FRESH] = [shapeClasses.slice(0, 6), shapeClasses.slice(6)];
const [PICTURES, TEST] = [3000, 1000]; // of all ten shapes
const BATCH = 32; // pictures in a step of pretraining
const SHOWN = 8; // pictures of a shape on the sheet

/** (B, 3, SIZE, SIZE) → (B, FEATURES) */
function newTrunk(generator: Generator): Sequential {
  const stage = (from: number, to: number): Layer[] => [
    new Conv2d(from, to, 3, { padding: 1, generator }),
    new BatchNorm2d(to),
    new ReLU(),
    new MaxPool2d(2), // half as high and wide
  ];
  return new Sequential(
    ...stage(3, CHANNELS[0]),
    ...stage(CHANNELS[0], CHANNELS[1]),
    ...stage(CHANNELS[1], CHANNELS[2]),
    new Flatten(),
    new Linear(CHANNELS[2] * (SIZE / 8) ** 2, FEATURES, { generator }),
    new ReLU(),
  );
}

type Batch = readonly [x: Tensor, y: Tensor]; // (B, 3, SIZE, SIZE), (B)

/** Pictures and their classes, counted from the first of `classes`. */
function batchOf(images: LabeledImages, indices: readonly number[], first: number): Batch {
  const [x] = images.getBatch(indices);
  return [x, tensor(indices.map((i) => images.labels[i]! - first), { dtype: 'int32' })]; // prettier-ignore
}

/** The numbers of the pictures of classes from `start` to before `end`. */
function between(images: LabeledImages, start: number, end: number): number[] {
  return [...images.labels.keys()].filter((i) => start <= images.labels[i]! && images.labels[i]! < end); // prettier-ignore
}

/** The part of the pictures whose class gets the highest score; afterwards all modes are as before. */
function accuracyOf(model: Sequential, [x, y]: Batch): number {
  const modes = model.modules().map((module) => [module, module.training] as const);
  model.eval();
  const hits = noGrad(() => scope(() => model.forward(x).argmax(1).equal(y).sum().item()));
  for (const [module, training] of modes) module.training = training;
  return hits / y.size;
}

/** Trains a model on what `next` gives; parameters that are frozen stay as they are. */
function* train(
  model: Sequential,
  { lr, steps, next }: { lr: number; steps: number; next: () => Batch },
  at: { chart: 'pretraining' | 'learning'; name: string | null; done: number; total: number },
): Part<'pretraining' | 'learning', void> {
  // All parameters: frozen ones get no gradient, and the optimizer leaves them alone.
  const optimizer = new Adam(model.parameters(), { lr });
  const step = compile(
    (x: Tensor, y: Tensor): Tensor => {
      const loss = crossEntropy(model.forward(x), y);
      optimizer.zeroGrad();
      backward(loss);
      optimizer.step();
      return loss.detach();
    },
    { onFallback: () => {} }, // only the wasm backend compiles
  );
  for (let i = 1; i <= steps; i++) {
    const loss = scope(() => step(...next()).item());
    yield { type: 'progress', step: at.done + i, total: at.total, loss };
    if (at.name !== null) yield { type: 'series', chart: at.chart, name: at.name, x: i, y: loss };
  }
}

/** The bits of all that a module remembers. */
function bitsOf(module: Module): number[] {
  return Object.values(module.stateDict()).flatMap((value) => {
    const { buffer, byteOffset, byteLength } = value.dataSync();
    return [...new Uint8Array(buffer, byteOffset, byteLength)];
  });
}

export const transferLearning: Exercise = defineExercise({
  id: 'transfer-learning',
  title: { en: 'Transfer learning', ja: '転移学習' },
  summary:
    'Freezes what six generated shapes taught, and learns four others from a few pictures each; from scratch that fails.',
  rows: [116],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/optim',
    '@kasane/datasets',
    '@kasane/layers-cnn',
  ],
  parameters: {
    pretraining: {
      type: 'integer',
      default: 600,
      quick: 300,
      min: 1,
      max: 1e5,
      description: 'steps on the six shapes',
    },
    labels: {
      type: 'integer',
      default: 5,
      min: 1,
      max: 300,
      description: 'pictures of each new shape',
    },
    steps: { type: 'integer', default: 50, min: 1, max: 1e5, description: 'steps on them' },
    repeats: {
      type: 'integer',
      default: 5,
      min: 1,
      max: 100,
      description: 'choices of pictures, each with a head and a rival of its own',
    },
  },
  charts: {
    pretraining: { x: 'step', y: 'cross-entropy on the six shapes' },
    learning: { x: 'step', y: 'cross-entropy on the few pictures, first choice', scale: 'log' },
  },
  *run({ parameters: { pretraining, labels, steps, repeats }, seed }) {
    const generator = new Generator(seed);
    const images = makeShapes(PICTURES, { size: SIZE, generator });
    yield { type: 'progress', step: 0, total: pretraining + 2 * repeats * steps };
    const test = makeShapes(TEST, { size: SIZE, generator });
    const all = shapeClasses.length;
    const known = between(images, 0, KNOWN.length);
    const fresh = between(images, KNOWN.length, all);
    const testKnown = batchOf(test, between(test, 0, KNOWN.length), 0);
    const testFresh = batchOf(test, between(test, KNOWN.length, all), KNOWN.length);
    const total = pretraining + 2 * repeats * steps;

    // ——— what there is plenty of ———
    const trunk = newTrunk(generator);
    const first = new Sequential(trunk, new Linear(FEATURES, KNOWN.length, { generator }));
    const draw = (): number => known[generator.below(known.length)]!;
    const next = (): Batch => batchOf(images, Array.from({ length: BATCH }, draw), 0);
    yield* train(
      first,
      { lr: 0.003, steps: pretraining, next },
      { chart: 'pretraining', name: 'trunk and first head', done: 0, total },
    );
    const knownAccuracy = accuracyOf(first, testKnown);
    yield { type: 'metric', name: 'accuracy on the six shapes', value: knownAccuracy };

    // ——— what there is little of ———
    for (const parameter of trunk.parameters()) parameter.requiresGrad = false;
    const before = bitsOf(trunk);
    const results: { frozen: number; scratch: number }[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = [...randperm(fresh.length, { generator }).dataSync()].map((i) => fresh[i]!);
      const few = FRESH.flatMap((_, i) =>
        order.filter((one) => images.labels[one] === KNOWN.length + i).slice(0, labels),
      );
      if (repeat === 0) {
        const shown = few.filter((_, i) => i % labels < SHOWN).map((i) => tileOf(images.image(i)));
        const layout = { columns: Math.min(labels, SHOWN), zoom: 2 };
        yield gallery('all there is to learn from', shown, layout);
      }
      const batch = batchOf(images, few, KNOWN.length);
      const head = new Linear(FEATURES, FRESH.length, { generator });
      const transferred = new Sequential(trunk, head);
      transferred.train();
      trunk.eval(); // its running means are frozen as well
      const scratch = new Sequential(
        newTrunk(generator),
        new Linear(FEATURES, FRESH.length, { generator }),
      );
      const done = pretraining + 2 * repeat * steps;
      const name = (what: string): string | null => (repeat === 0 ? what : null); // one is enough to see
      yield* train(
        transferred,
        { lr: 0.01, steps, next: () => batch },
        { chart: 'learning', name: name('frozen trunk'), done, total },
      );
      yield* train(
        scratch,
        { lr: 0.003, steps, next: () => batch },
        { chart: 'learning', name: name('from scratch'), done: done + steps, total },
      );
      results.push({
        frozen: accuracyOf(transferred, testFresh),
        scratch: accuracyOf(scratch, testFresh),
      });
    }
    yield {
      type: 'table',
      name: `accuracy on ${FRESH.join(', ')} after ${labels} generated pictures of each`,
      columns: ['choice', 'frozen trunk, new head', 'from scratch'],
      rows: results.map(({ frozen, scratch }, i) => [i + 1, frozen, scratch]),
    };
    const frozen = median(results.map((one) => one.frozen));
    const scratch = median(results.map((one) => one.scratch));
    yield { type: 'metric', name: 'accuracy with the frozen trunk, median', value: frozen };
    yield { type: 'metric', name: 'accuracy from scratch, median', value: scratch };

    const after = bitsOf(trunk);
    const changed = before.filter((byte, i) => byte !== after[i]).length;
    return [
      check(116, 'accuracy on the six shapes after pretraining', knownAccuracy).atLeast(0.85),
      check(116, `bytes of the frozen trunk, of ${before.length}, that changed`, changed).equals(0),
      check(116, 'accuracy with the frozen trunk, median', frozen).atLeast(0.6),
      check(116, 'accuracy with the frozen trunk above that from scratch, medians', frozen - scratch).above(0.1), // prettier-ignore
    ];
  },
});
