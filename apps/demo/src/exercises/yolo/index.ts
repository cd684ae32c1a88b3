/**
 * YOLO: an image goes through the network once, and S × S cells say what they see.
 *
 *     output: S × S × (B · 5 + C)      score = confidence · P(class)
 *     loss = λcoord · (places and sizes) + confidences of objects + λnoobj · other confidences + classes
 *
 * A cell has B boxes but one class: of two objects with their centres in one cell, it reports one.
 */
import { ConcatDataset, makeScenes } from '@kasane/datasets';
import type { Scene } from '@kasane/datasets';
import { meanAveragePrecision, YOLO } from '@kasane/layers-cnn/detection';
import type { Detections, LabeledBoxes } from '@kasane/layers-cnn/detection';
import { Generator, noGrad, scope, tensor, watchOps } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { GridEvent } from '../../events/event.ts';
import { defineExercise } from '../../exercise.ts';
import type { Exercise } from '../../exercise.ts';
import { Losses, read } from '../../losses.ts';
import { boxColours, framed } from '../../pictures/detected.ts';
import { mean } from '../../statistics.ts';
import { lossParts, sizes } from './checks.ts';
import { classesReported, pairsOf } from './one-cell.ts';
import { everyBox, filtered, imagesOf, targetOf, withBoxes, type Layout } from './scenes.ts';
import { ROUNDS, speedOf } from './speed.ts';
import { training } from './training.ts';

const HELD_OUT = 200; // scenes
const AT_ONCE = 20; // held-out scenes in a batch
const CHUNK = 250; // scenes drawn between two looks at whether to stop
const EVERY = 20; // steps whose mean loss is a point of the curve
const SURE = 0.2; // the score from which a detection is drawn
const WEAK = 0.01; // the score from which it counts for the curve of precision over recall
const SHOWN = 8; // scenes in a picture

/** What can be asked about: a network and the scenes that it knows. */
interface Trained {
  readonly model: YOLO;
  readonly layout: Layout;
  readonly classes: readonly string[];
}

export const yolo: Exercise = defineExercise({
  id: 'yolo',
  title: { en: 'YOLO: objects in one pass', ja: 'YOLO: 一度の順伝播で物体検出' },
  summary: 'Finds coloured figures in generated scenes, all with one pass of a network.',
  rows: [119, 120, 121, 122],
  parameters: {
    s: { type: 'integer', default: 7, min: 2, max: 14, description: 'S: cells along each side' },
    b: { type: 'integer', default: 2, min: 1, max: 5, description: 'B: boxes of a cell' },
    classes: { type: 'integer', default: 10, quick: 3, min: 2, max: 10, description: 'C' },
    halvings: {
      type: 'integer',
      default: 4,
      quick: 3,
      min: 2,
      max: 5,
      description: 'of the image, from S · 2^halvings pixels down to S',
    },
    width: {
      type: 'integer',
      default: 16,
      quick: 12,
      min: 1,
      max: 64,
      description: 'channels of the first block; they double with each halving',
    },
    objects: {
      type: 'integer',
      default: 3,
      quick: 2,
      min: 1,
      max: 5,
      description: 'in a scene: 1 to this many',
    },
    scenes: {
      type: 'integer',
      default: 8000,
      quick: 2000,
      min: 64,
      max: 100_000,
      description: 'generated for training, at least a batch',
    },
    batch: { type: 'integer', default: 8, quick: 4, min: 1, max: 64, description: 'scenes in a step' },
    steps: {
      type: 'integer',
      default: 3000,
      quick: 1000,
      min: 10,
      max: 1e6,
      description: 'training steps',
    },
    lr: { type: 'number', default: 0.01, quick: 0.015, min: 1e-6, max: 1, description: 'highest learning rate' },
  }, // prettier-ignore
  charts: { loss: { x: 'step', y: 'loss', scale: 'log' } },
  async *run({ parameters, seed }) {
    const { s, b, classes, halvings, width, objects, batch, steps, lr } = parameters;
    const generator = new Generator(seed);
    const size = s * 2 ** halvings;
    const kind = { size, maxObjects: objects, classes, generator };
    const layout: Layout = { s, c: classes, size };

    // ——— the scenes ———
    const chunks: ReturnType<typeof makeScenes>[] = [];
    for (let left = parameters.scenes; left > 0; left -= CHUNK) {
      chunks.push(makeScenes(Math.min(left, CHUNK), kind));
      yield { type: 'progress', step: 0, total: steps };
    }
    const heldOut = makeScenes(HELD_OUT, kind);

    // ——— training ———
    const channels = Array.from(
      { length: halvings + 1 },
      (_, i) => width * 2 ** Math.min(i, halvings - 1),
    );
    const model = new YOLO(s, b, classes, { channels, generator });
    const losses = new Losses();
    const scenes = new ConcatDataset<Scene>(chunks);
    let step = 0;
    const start = performance.now();
    for await (const loss of training(model, scenes, { batch, steps, lr, layout }, generator)) {
      losses.push(loss);
      if (++step % EVERY > 0) {
        yield { type: 'progress', step, total: steps };
        continue;
      }
      const y = mean(await losses.read());
      yield { type: 'progress', step, total: steps, loss: y };
      yield { type: 'series', chart: 'loss', name: 'training', x: step, y };
    }
    await losses.read();
    const time = (performance.now() - start) / steps;
    yield { type: 'metric', name: 'ms for a training step', value: time };

    // ——— what it finds in scenes it has not seen ———
    model.eval();
    const tests = Array.from({ length: HELD_OUT }, (_, i) => heldOut.get(i));
    const all: Detections[] = [];
    const before = performance.now();
    for (let from = 0; from < HELD_OUT; from += AT_ONCE) {
      all.push(...(await everyBox(model, tests.slice(from, from + AT_ONCE), layout)));
      yield { type: 'progress', step: steps, total: steps };
    }
    const found = all.map((one) => filtered(one, WEAK));
    const each = (performance.now() - before) / HELD_OUT;
    yield { type: 'metric', name: 'ms for a scene, all in', value: each };
    const { map, ap } = withBoxes(() => meanAveragePrecision(found, tests.map(truthOf)));
    yield {
      type: 'table',
      name: `average precision at IoU 0.5 in ${HELD_OUT} generated scenes`,
      columns: ['class', 'colour of its boxes', 'average precision'],
      rows: [...ap].map(([label, value]) => [
        heldOut.classes[label]!,
        boxColours[label]![0],
        value,
      ]),
    };
    const sure = found.slice(0, SHOWN).map((one) => filtered(one, SURE));
    yield (await framed(tests.slice(0, SHOWN), sure)).shown('found');
    yield await cellsOf('what each cell of the first scene says', all[0]!, layout, heldOut.classes);

    // The convolutions that run, however many objects there are.
    const [crowded] = tests.toSorted((one, other) => other.boxes.length - one.boxes.length);
    let convolutions = 0;
    const stop = watchOps((op) => (convolutions += Number(op === 'convolution')));
    await everyBox(model, [crowded!], layout);
    stop();

    // ——— against sliding windows ———
    const over = { type: 'progress', step: steps, total: steps } as const;
    const { side, windows, once, sliding } = yield* speedOf(model, crowded!, over);
    yield {
      type: 'table',
      name: `an image of ${size} × ${size}, looked at once and by sliding windows`,
      columns: ['', 'of', `ms, fastest of ${ROUNDS}`],
      rows: [
        ['one pass', `${size} × ${size}`, once],
        [`${windows} windows`, `${side} × ${side}`, sliding],
      ],
    };

    // ——— two objects with their centres in one cell ———
    const pairs = pairsOf(
      tests.filter((scene) => scene.boxes.length === 1),
      layout,
    );
    const cells = scope(() => targetOf(pairs, layout).select(3, 4).sum()); // confidences (N, S, S)
    const decoded = await everyBox(model, pairs, layout);
    const reported = pairs.map((pair, i) => classesReported(decoded[i]!, pair, layout, b));
    const sureOfPairs = decoded.slice(0, SHOWN).map((one) => filtered(one, SURE));
    yield (await framed(pairs.slice(0, SHOWN), sureOfPairs)).shown('two in one cell');

    // ——— the loss ———
    const some = tests.slice(0, AT_ONCE);
    const predicted = noGrad(() => model.forward(imagesOf(some)));
    const checks = [
      check(119, 'mAP at IoU 0.5 in held-out generated scenes', map).atLeast(0.8),
      check(119, 'passes of the network for a scene', convolutions / (halvings + 2)).equals(1),
      check(119, 'time of sliding windows over that of one pass', sliding / once).above(4),
      check(119, 'two objects in one cell: the target keeps', (await read(cells)) / pairs.length).equals(1),
      check(119, 'two objects in one cell: classes it reports, at most', Math.max(...reported)).equals(1),
      ...(await sizes(generator)),
      ...(yield* lossParts(predicted, targetOf(some, layout))),
    ]; // prettier-ignore
    return { checks, trained: { model, layout, classes: heldOut.classes } };
  },
  tries: {
    scene: {
      title: { en: 'What is in a new scene?', ja: '新しい画像に何がある？' },
      parameters: {
        scene: { type: 'integer', default: 1, min: 0, max: 1e6, description: 'another one for every number' },
        most: { type: 'integer', default: 3, min: 1, max: 5, description: 'objects in it at most' },
        score: { type: 'number', default: SURE, min: 0.01, max: 1, description: 'from which a box is drawn' },
      }, // prettier-ignore
      async *run({ model, layout, classes }: Trained, { scene, most, score }) {
        const { c, size } = layout;
        const generator = new Generator(scene);
        const drawn = makeScenes(1, { size, maxObjects: most, classes: c, generator }).get(0);
        const [all] = (await everyBox(model, [drawn], layout)) as [Detections]; // of one scene
        const found = filtered(all, score);
        yield (await framed([drawn], [found])).shown('found');
        yield await cellsOf('what each cell says', all, layout, classes);
        const [scores, labels, boxes] = [
          await found.scores.data(),
          await found.labels.data(),
          await found.boxes.data(),
        ];
        yield {
          type: 'table',
          name: `${drawn.labels.map((label) => classes[label]!).join(', ')}: found`,
          columns: ['class', 'score', 'x₁, y₁, x₂, y₂'],
          rows: Array.from(labels, (label, i) => {
            const corners = Array.from(boxes.slice(4 * i, 4 * i + 4), Math.round);
            return [classes[label]!, scores[i]!, corners.join(', ')];
          }),
        };
      },
    },
  },
});

/** The objects of a scene as `meanAveragePrecision` wants them. */
const truthOf = ({ boxes, labels }: Scene): LabeledBoxes => ({
  boxes: tensor(boxes.flat(), [boxes.length, 4]),
  labels: tensor(labels, [labels.length], { dtype: 'int32' }),
});

/** The S × S cells: the class of each one's surest box, the darker the surer. */
async function cellsOf(
  name: string,
  all: Detections,
  { s }: Layout,
  classes: readonly string[],
): Promise<GridEvent> {
  const [scores, labels] = [await all.scores.data(), await all.labels.data()];
  const b = scores.length / (s * s);
  const cell = (place: number) => {
    const boxes = Array.from({ length: b }, (_, j) => place * b + j);
    const best = boxes.reduce((one, other) => (scores[other]! > scores[one]! ? other : one));
    const shade = Math.min(1, Math.max(0, scores[best]!));
    return shade < SURE ? { shade } : { shade, text: classes[labels[best]!]! };
  };
  const cells = Array.from({ length: s }, (_, row) =>
    Array.from({ length: s }, (_unused, column) => cell(row * s + column)),
  );
  return { type: 'grid', name, cells };
}
