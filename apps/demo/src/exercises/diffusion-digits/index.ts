/**
 * Handwritten digits made of noise: diffusion of pictures, with a U-Net that sees them at 14 × 14 and 7 × 7.
 *
 *     x_t = a x + s ε,                          f(x_t, t, c) ≈ v = a ε − s x
 *     guidance    f(x, t) + scale (f(x, t, c) − f(x, t))
 *
 * The network learns what the same of points in the plane learns: which way leads out of the noise. A picture is a point, too, of 784 numbers. Of
 * one digit in ten it is not told the class c; a scale above 1 then goes further into the class than the data did, so that
 * digits are surer and less varied.
 */
import { imageGrid } from '@kasane/generative';
import { upsample } from '@kasane/layers-cnn';
import { Generator, noGrad, scope, stack, tensor, type Tensor } from '@kasane/tensor-core';
import { check, type Check } from '../../check.ts';
import type { PictureEvent } from '../../events/event.ts';
import { defineExercise, type Exercise } from '../../exercise.ts';
import { following } from '../../following.ts';
import { answers } from '../../images/answers.ts';
import { digits, splitTable } from '../../images/digits.ts';
import { reader, readerTraining } from '../../images/reader.ts';
import { mean } from '../../statistics.ts';
import { asPictures, CLASSES, Model, TIMES } from './model.ts';

const SURE = 0.8; // the confidence that counts as read
const STEPS = 20; // from noise to a digit
const SCALES = [1, 2] as const;
const MOMENTS = 8; // that are shown on the way

export const diffusionDigits: Exercise = defineExercise({
  id: 'diffusion-digits',
  title: { en: 'Diffusion of digits', ja: '拡散モデル（MNIST）' },
  summary:
    'Learns which way leads out of noise, and makes handwritten digits of the class that is asked for.',
  rows: [],
  data: 'mnist',
  parameters: {
    width: { type: 'integer', default: 16, min: 4, max: 256, description: 'channels at 14 × 14, a multiple of 4; at 7 × 7 there are twice as many' },
    lr: { type: 'number', default: 0.004, min: 1e-6, max: 1, description: 'the highest learning rate of Adam: it rises to that in a twentieth of the steps, and falls to 0' },
    batch: { type: 'integer', default: 16, min: 1, max: 1000, description: 'digits in a step' },
    steps: { type: 'integer', default: 5000, quick: 300, min: 10, max: 1_000_000, description: 'steps' },
    made: { type: 'integer', default: 20, quick: 2, min: 1, max: 1000, description: 'digits of each class that are made and read' },
    readerSteps: { type: 'integer', default: 1000, quick: 300, min: 10, max: 100_000, description: 'steps of the network that reads digits' },
  }, // prettier-ignore
  charts: { loss: { x: 'step', y: 'mean squared error', dots: ['step'] } },
  async *run({ parameters, preset, seed, data }) {
    const { steps, made: each, readerSteps } = parameters;
    const { train, test } = await digits(data);
    yield splitTable({ train, test });
    const generator = new Generator(seed);
    const model = new Model(parameters, generator);
    const total = steps + readerSteps;
    const losses = yield* following(model.training(train), { chart: 'loss', name: 'step', every: 10, total }); // prettier-ignore
    const judge = reader(generator);
    const reading = readerTraining(judge, train, readerSteps, generator);
    yield* following(reading, { chart: 'loss', done: steps, total });
    const { accuracy } = yield* answers((x) => judge.forward(x), test, { type: 'progress', step: total, total }); // prettier-ignore

    const some = (images: typeof train): typeof train =>
      images.select(Array.from({ length: 500 }, (_, i) => Math.floor((i * images.length) / 500)));
    const [held, learned] = [model.lossOf(some(test)), model.lossOf(some(train))];
    const blind = model.blindLoss(some(train));
    yield {
      type: 'table',
      name: 'mean squared error of the velocity',
      columns: ['', 'error'],
      rows: [
        ['the network, digits learned from', learned],
        ['the same, held-out digits', held],
        ['who knows mean and variance of each pixel', blind],
      ],
    };

    const own = Array.from({ length: CLASSES * each }, (_, i) => Math.floor(i / each));
    const labels = tensor(Int32Array.from(own));
    const noise = model.noise(own.length);
    const rows: [string, number, number, number][] = [];
    for (const scale of SCALES) {
      const made = await model.make(noise, labels, { steps: STEPS, scale });
      const { right, sure, covered } = await read(judge, made, own);
      rows.push([`made, scale ${scale}`, sure, right, covered]);
      yield await shown(`made up, a class in each row, scale ${scale}`, made, each);
      made.dispose();
    }
    const [real] = test.getBatch([...test.labels.keys()]);
    const known = await read(judge, real, [...test.labels]);
    real.dispose();
    rows.push(['held-out digits', known.sure, known.right, known.covered]);
    yield {
      type: 'table',
      name: `what is read with a confidence of ${SURE} or more`,
      columns: ['pictures', 'share', 'share that is read as its class', 'classes'],
      rows,
    };
    yield await ways(model);

    const isQuick = preset === 'quick';
    const [, sure, right, covered] = rows[1]!;
    const checks: Check[] = [
      check([], 'error of the last 100 steps beside that of the first 20', mean(losses.slice(-100)) / mean(losses.slice(0, 20))).below(0.4),
      check([], 'error on held-out digits beside who knows mean and variance of each pixel', held / blind).below(isQuick ? 0.75 : 0.4),
      check([], 'the same beside the error on digits learned from', held / learned).below(1.1),
      check([], 'held-out digits that are read rightly', accuracy).atLeast(0.9),
    ]; // prettier-ignore
    if (!isQuick) {
      checks.push(
        check([], `digits of scale ${SCALES[1]} that are read with a confidence of ${SURE}`, sure).atLeast(0.8),
        check([], 'the same, read as the class that was asked for', right).atLeast(0.7),
        check([], 'classes among these', covered).equals(CLASSES),
      ); // prettier-ignore
    }
    return { checks, trained: model };
  },
  tries: {
    make: {
      title: { en: 'Make digits', ja: '数字を生成する' },
      parameters: {
        class: { type: 'integer', default: 7, min: -1, max: 9, description: 'which digit; -1 for all of them' },
        moves: { type: 'integer', default: STEPS, min: 1, max: TIMES, description: 'steps from noise to a digit' },
        scale: { type: 'number', default: 2, min: 0, max: 10, description: 'how much the class counts: 0 not at all, 1 as in the data' },
      }, // prettier-ignore
      async *run(model, { class: asked, moves, scale }) {
        const own = Array.from({ length: 2 * CLASSES }, (_, i) => (asked < 0 ? i % CLASSES : asked));
        const labels = tensor(Int32Array.from(own));
        const made = await model.make(model.noise(own.length), labels, { steps: moves, scale });
        yield await shown(`made in ${moves} steps, scale ${scale}`, made, CLASSES);
        made.dispose();
      }, // prettier-ignore
    },
  },
});

/** What a network that reads digits makes of pictures (N, 1, 28, 28) of these classes. */
async function read(
  judge: { forward(x: Tensor): Tensor },
  pictures: Tensor,
  classes: readonly number[],
): Promise<{ sure: number; right: number; covered: number }> {
  const [most, which] = scope(() => {
    const p = noGrad(() => judge.forward(pictures)).softmax(1); // (N, 10)
    return [p.max(1), p.argmax(1)] as const;
  });
  const [confidence, answer] = [await most.data(), await which.data()];
  for (const t of [most, which]) t.dispose();
  const sure = classes.map((_, i) => i).filter((i) => Number(confidence[i]) >= SURE);
  const right = sure.filter((i) => Number(answer[i]) === classes[i]);
  const n = classes.length;
  const covered = new Set(right.map((i) => classes[i])).size;
  return { sure: sure.length / n, right: right.length / n, covered };
}

/** Pictures (N, 1, H, W) from 0 to 1 in rows, twice as large where there is room. */
async function shown(name: string, pictures: Tensor, columns: number): Promise<PictureEvent> {
  const grid = scope(() => {
    const large = upsample(pictures, { scaleFactor: columns > 10 ? 1 : 2 });
    return imageGrid(large, { columns, padValue: 0.5 }).mul(255).round();
  });
  const [, height, width] = grid.shape as [number, number, number]; // (1, H, W)
  const pixels = Uint8Array.from(await grid.data(), Number);
  grid.dispose();
  return { type: 'picture', name, width, height, pixels };
}

/** Noise on its way to a digit of each class. */
async function ways(model: Model): Promise<PictureEvent> {
  const labels = tensor(Int32Array.from({ length: CLASSES }, (_, c) => c));
  const noise = model.noise(CLASSES);
  const moments = [asPictures(noise)];
  const made = await model.make(noise, labels, {
    steps: STEPS,
    scale: SCALES[1],
    onProgress: ({ step, values }) => {
      const next = Math.round((moments.length * STEPS) / MOMENTS);
      if (step === next) moments.push(asPictures(values));
    },
  });
  made.dispose();
  const all = scope(() => stack(moments, 1).flatten(0, 1)); // (CLASSES · moments, 1, 28, 28)
  for (const t of [labels, noise, ...moments]) t.dispose();
  const picture = await shown('from noise to a digit of each class', all, moments.length);
  all.dispose();
  return picture;
}
