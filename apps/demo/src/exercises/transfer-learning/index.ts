/**
 * What was learnt from many pictures helps with few: a trunk that tells six shapes apart is frozen,
 * and a new head learns four others from five pictures of each.
 *
 * The rival has the same layers and the same pictures, and starts from nothing: five pictures do not
 * teach it that place, size and colour mean nothing, which the trunk knows. Frozen means that not one
 * bit of the trunk changes: neither a weight nor a running mean, which is why it stays in evaluation
 * mode. The pictures are generated.
 */
import { makeShapes, shapeClasses, type LabeledImages } from '@kasane/datasets';
import { Sequential, type Module } from '@kasane/nn';
import { Generator, noGrad, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { Exercise } from '../../exercise.ts';
import { shuffled } from '../../images/batches.ts';
import { confusion } from '../../images/confusion.ts';
import { following } from '../../following.ts';
import { shapeTry } from '../../images/shape-try.ts';
import { tileOf } from '../../pictures/canvas.ts';
import { gallery } from '../../pictures/gallery.ts';
import { median } from '../../statistics.ts';
import { newHead, newTrunk, SIZE, transferred } from './network.ts';
import { batchOf, training, type Batch } from './training.ts';

const [KNOWN, FRESH] = [shapeClasses.slice(0, 6), shapeClasses.slice(6)];
const [PICTURES, TEST] = [3000, 1000]; // of all ten shapes
const BATCH = 32; // pictures in a step of pretraining
const SHOWN = 8; // pictures of a shape on the sheet

/** The numbers of the pictures of classes from `start` to before `end`. */
function between(images: LabeledImages, start: number, end: number): number[] {
  return [...images.labels.keys()].filter(
    (i) => start <= images.labels[i]! && images.labels[i]! < end,
  );
}

/** What a model answers to every picture, and the share that is right; its modes stay as they are. */
async function answersOf(
  model: Sequential,
  [x, y]: Batch,
): Promise<{ readonly answers: ArrayLike<number>; readonly accuracy: number }> {
  const modes = model.modules().map((module) => [module, module.training] as const);
  model.eval();
  const given = scope(() => noGrad(() => model.forward(x)).argmax(1));
  for (const [module, training] of modes) module.training = training;
  const [answers, labels] = [await given.data(), await y.data()];
  given.dispose();
  return { answers, accuracy: labels.filter((label, i) => label === answers[i]).length / y.size };
}

/** The bits of all that a module remembers. */
async function bitsOf(module: Module): Promise<number[]> {
  const bits: number[] = [];
  for (const value of Object.values(module.stateDict())) {
    const { buffer, byteOffset, byteLength } = await value.data();
    // One by one: so many arguments at once are more than the stack of a browser's worker holds.
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) bits.push(byte);
  }
  return bits;
}

export const transferLearning: Exercise = defineExercise({
  id: 'transfer-learning',
  title: { en: 'Transfer learning', ja: '転移学習' },
  summary:
    'Freezes what six generated shapes taught, and learns four others from a few pictures each; from scratch that fails.',
  rows: [116],
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
  }, // prettier-ignore
  charts: {
    pretraining: { x: 'step', y: 'cross-entropy on the six shapes' },
    learning: { x: 'step', y: 'cross-entropy on the few pictures, first choice', scale: 'log' },
  },
  async *run({ parameters: { pretraining, labels, steps, repeats }, seed }) {
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
    const first = new Sequential(trunk, newHead(KNOWN.length, generator));
    const draw = (): number => known[generator.below(known.length)]!;
    const next = (): Batch => batchOf(images, Array.from({ length: BATCH }, draw), 0);
    yield* following(training(first, { lr: 0.003, steps: pretraining, next }), {
      chart: 'pretraining',
      name: 'trunk and first head',
      every: 1,
      total,
    });
    const { accuracy: knownAccuracy } = await answersOf(first, testKnown);
    yield { type: 'metric', name: 'accuracy on the six shapes', value: knownAccuracy };

    // ——— what there is little of ———
    trunk.freeze();
    trunk.eval(); // its running means are frozen as well
    const before = await bitsOf(trunk);
    const results: { frozen: number; scratch: number }[] = [];
    const networks: Record<string, (x: Tensor) => Tensor> = {};
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = shuffled(fresh.length, generator).map((i) => fresh[i]!);
      const few = FRESH.flatMap((_, i) =>
        order.filter((one) => images.labels[one] === KNOWN.length + i).slice(0, labels),
      );
      if (repeat === 0) {
        const shown = few.filter((_, i) => i % labels < SHOWN).map((i) => tileOf(images.image(i)));
        const layout = { columns: Math.min(labels, SHOWN), zoom: 2 };
        yield gallery('all there is to learn from', shown, layout);
      }
      const batch = batchOf(images, few, KNOWN.length);
      const rivals = {
        'frozen trunk, new head': [transferred(trunk, newHead(FRESH.length, generator)), 0.01],
        'from scratch': [
          new Sequential(newTrunk(generator), newHead(FRESH.length, generator)),
          0.003,
        ],
      } as const; // with their learning rates
      const accuracies: number[] = [];
      for (const [k, [name, [model, lr]]] of Object.entries(rivals).entries()) {
        yield* following(training(model, { lr, steps, next: () => batch }), {
          chart: 'learning',
          ...(repeat === 0 ? { name } : {}), // one choice is enough to see
          every: 1,
          done: pretraining + (2 * repeat + k) * steps,
          total,
        });
        const { answers, accuracy } = await answersOf(model, testFresh);
        accuracies.push(accuracy);
        if (repeat > 0) continue;
        const asked = { labels: await testFresh[1].data(), classes: FRESH };
        yield confusion(`answers to new pictures, ${name}`, asked, answers);
        networks[name] = (x) => model.eval().forward(x);
      }
      const [frozen, scratch] = accuracies as [number, number]; // of both
      results.push({ frozen, scratch });
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

    const after = await bitsOf(trunk);
    const changed = before.filter((byte, i) => byte !== after[i]).length;
    const checks = [
      check(116, 'accuracy on the six shapes after pretraining', knownAccuracy).atLeast(0.85),
      check(116, `bytes of the frozen trunk, of ${before.length}, that changed`, changed).equals(0),
      check(116, 'accuracy with the frozen trunk, median', frozen).atLeast(0.6),
      check(116, 'accuracy with the frozen trunk above that from scratch, medians', frozen - scratch).above(0.1),
    ]; // prettier-ignore
    return { checks, trained: networks };
  },
  tries: { shape: shapeTry({ classes: FRESH, size: SIZE }) },
});
