/**
 * YOLO: an image goes through the network once, and S × S cells say what they see.
 *
 *     output: S × S × (B · 5 + C)      score = confidence · P(class)
 *     loss = λcoord · (places and sizes) + confidences of objects + λnoobj · other confidences + classes
 *
 * A cell has B boxes but one class: of two objects with their centres in one cell, it reports one.
 */
import { backward } from '@kasane/autograd';
import { collateScenes, ConcatDataset, DataLoader, makeScenes } from '@kasane/datasets';
import type { Scene } from '@kasane/datasets';
import {
  boxIou,
  decodeYolo,
  encodeYolo,
  filterDetections,
  meanAveragePrecision,
  YOLO,
  yoloLoss,
} from '@kasane/layers-cnn/detection';
import type { Detections, LabeledBoxes } from '@kasane/layers-cnn/detection';
import { Adam, OneCycleLR } from '@kasane/optim';
import { Generator, noGrad, scope, tensor, watchOps, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { check } from '../check.ts';
import { boxColours, centreOf, framed, stacked } from '../pictures/detected.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { mean } from '../statistics.ts';

const HELD_OUT = 200; // scenes
const AT_ONCE = 20; // held-out scenes in a batch
const CHUNK = 250; // scenes drawn between two looks at whether to stop
const EVERY = 20; // steps whose mean loss is a point of the curve
const SURE = 0.2; // the score from which a detection is drawn
const WEAK = 0.01; // the score from which it counts for the curve of precision over recall
const PAIRS = 20; // scenes with two objects in one cell
const SHOWN = 8; // scenes in a picture

export const yolo: Exercise = defineExercise({
  id: 'yolo',
  title: { en: 'YOLO: objects in one pass', ja: 'YOLO: 一度の順伝播で物体検出' },
  summary: 'Finds coloured figures in generated scenes, all with one pass of a network.',
  rows: [119, 120, 121, 122],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/optim',
    '@kasane/datasets',
    '@kasane/layers-cnn',
  ],
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
    batch: { type: 'integer', default: 8, quick: 4, min: 1, max: 64, description: 'scenes in a step' }, // prettier-ignore
    steps: {
      type: 'integer',
      default: 3000,
      quick: 1000,
      min: 10,
      max: 1e6,
      description: 'training steps',
    },
    lr: { type: 'number', default: 0.01, quick: 0.015, min: 1e-6, max: 1, description: 'highest learning rate' }, // prettier-ignore
  },
  charts: { loss: { x: 'step', y: 'loss', scale: 'log' } },
  async *run({ parameters, seed }) {
    const { s, b, classes, halvings, width, objects, batch, steps, lr } = parameters;
    const generator = new Generator(seed);
    const size = s * 2 ** halvings;
    const kind = { size, maxObjects: objects, classes, generator };
    const how = { s, c: classes, size };

    // ——— the scenes ———
    const chunks: ReturnType<typeof makeScenes>[] = [];
    for (let left = parameters.scenes; left > 0; left -= CHUNK) {
      chunks.push(makeScenes(Math.min(left, CHUNK), kind));
      yield { type: 'progress', step: 0, total: steps };
    }
    const heldOut = makeScenes(HELD_OUT, kind);
    const scenes = new DataLoader(new ConcatDataset<Scene>(chunks), {
      batchSize: batch,
      shuffle: true,
      dropLast: true,
      generator,
      collate: collateScenes,
    });

    // ——— training ———
    const channels = Array.from({ length: halvings + 1 }, (_, i) => width * 2 ** Math.min(i, halvings - 1)); // prettier-ignore
    const model = new YOLO(s, b, classes, { channels, generator });
    const optimizer = new Adam(model.parameters(), { lr });
    const schedule = new OneCycleLR(optimizer, lr, { totalSteps: steps });
    const train = compile(
      (images: Tensor, target: Tensor): Tensor => {
        const loss = yoloLoss(model.forward(images), target);
        optimizer.zeroGrad();
        backward(loss);
        optimizer.step();
        return loss.detach();
      },
      { onFallback: () => {} }, // only the wasm backend compiles
    );
    const recent: number[] = [];
    const start = performance.now();
    for (let step = 1; step <= steps;) {
      for await (const { images, boxes, labels } of scenes) {
        const loss = scope(() => train(images, encodeYolo(boxes, labels, how)).item());
        for (const one of [images, ...boxes, ...labels]) one.dispose();
        schedule.step();
        recent.push(loss);
        yield { type: 'progress', step, total: steps, loss };
        if (step % EVERY === 0) {
          yield { type: 'series', chart: 'loss', name: 'training', x: step, y: mean(recent) };
          recent.length = 0;
        }
        if (++step > steps) break;
      }
    }
    yield { type: 'metric', name: 'ms for a training step', value: (performance.now() - start) / steps }; // prettier-ignore

    // ——— what it finds in scenes it has not seen ———
    model.eval();
    const detect = (some: readonly Scene[]): Detections[] =>
      scope(() => {
        const output = noGrad(() => model.forward(collateScenes(some).images));
        return decodeYolo(output, how).map((all) =>
          filterDetections(all, { scoreThreshold: WEAK }),
        );
      });
    const tests = Array.from({ length: HELD_OUT }, (_, i) => heldOut.get(i));
    const found: Detections[] = [];
    const before = performance.now();
    for (let from = 0; from < HELD_OUT; from += AT_ONCE) {
      found.push(...detect(tests.slice(from, from + AT_ONCE)));
      yield { type: 'progress', step: steps, total: steps };
    }
    yield { type: 'metric', name: 'ms for a scene, all in', value: (performance.now() - before) / HELD_OUT }; // prettier-ignore
    const { boxes, labels } = collateScenes(tests);
    const truths: LabeledBoxes[] = boxes.map((own, i) => ({ boxes: own, labels: labels[i]! }));
    const { map, ap } = meanAveragePrecision(found, truths);
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
    const sure = (all: readonly Detections[]): Detections[] =>
      all.map((one) => filterDetections(one, { scoreThreshold: SURE }));
    yield (await framed(tests.slice(0, SHOWN), sure(found.slice(0, SHOWN)))).shown('found');

    // The convolutions that run, however many objects there are.
    let convolutions = 0;
    const stop = watchOps((op) => (convolutions += Number(op === 'convolution')));
    detect([tests.toSorted((one, other) => other.boxes.length - one.boxes.length)[0]!]);
    stop();

    // ——— two objects with their centres in one cell ———
    const area = ({ boxes: [box] }: Scene): number => (box![2] - box![0]) * (box![3] - box![1]);
    const alone = tests.filter((scene) => scene.boxes.length === 1);
    const bySize = alone.toSorted((one, other) => area(other) - area(one));
    const smallest = bySize.toReversed();
    // Away from the borders of cells, for pasting moves a centre by up to a pixel.
    const inside = ({ boxes: [box] }: Scene): boolean =>
      centreOf(box!).every(
        (v) => Math.floor(((v - 1) / size) * s) === Math.floor(((v + 1) / size) * s),
      );
    const pairs = bySize
      .filter(inside)
      .slice(0, PAIRS)
      .flatMap((large, i) => {
        const others = smallest.filter((scene) => scene.labels[0] !== large.labels[0]);
        return others.length === 0
          ? []
          : [stacked(large, others[i % Math.min(PAIRS, others.length)]!)];
      });
    const together = collateScenes(pairs);
    const cells = encodeYolo(together.boxes, together.labels, how).select(3, 4); // (N, S, S)
    const decoded = decodeYolo(
      noGrad(() => model.forward(together.images)),
      how,
    );
    const reported = pairs.map((pair, i) => {
      const [column, row] = centreOf(pair.boxes[0]!).map((v) => Math.floor((v / size) * s)) as [number, number]; // prettier-ignore
      const own = tensor(Array.from({ length: b }, (_, j) => (row * s + column) * b + j), { dtype: 'int32' }); // prettier-ignore
      const all = decoded[i]!;
      const kept = filterDetections({
        boxes: all.boxes.indexSelect(0, own),
        scores: all.scores.indexSelect(0, own),
        labels: all.labels.indexSelect(0, own),
      });
      return new Set(kept.labels.dataSync()).size;
    });
    yield (await framed(pairs.slice(0, SHOWN), sure(decoded.slice(0, SHOWN)))).shown(
      'two in one cell',
    );

    // ——— the paper's sizes, and the loss ———
    const paper = new YOLO(7, 2, 20, { channels: [4, 4, 4], generator });
    const output = noGrad(() => paper.forward(zeros([1, 3, 28, 28])));
    const some = collateScenes(tests.slice(0, AT_ONCE));
    const [predicted, target] = [noGrad(() => model.forward(some.images)), encodeYolo(some.boxes, some.labels, how)]; // prettier-ignore
    const loss = (lambdaCoord: number, lambdaNoobj: number): number =>
      yoloLoss(predicted, target, { lambdaCoord, lambdaNoobj }).item();
    const [none, both] = [loss(0, 0), loss(5, 0.5)];
    const coord = (loss(10, 0.5) - both) / (both - loss(0, 0.5));
    const noobj = (loss(5, 1) - both) / (both - loss(5, 0));
    yield {
      type: 'table',
      name: 'parts of the loss in held-out scenes',
      columns: ['part', 'loss'],
      rows: [
        ['objects and classes', none],
        ['places and sizes, λcoord = 5', both - loss(0, 0.5)],
        ['other confidences, λnoobj = 0.5', both - loss(5, 0)],
      ],
    };
    return [
      check(119, 'mAP at IoU 0.5 in held-out generated scenes', map).atLeast(0.8),
      check(119, 'passes of the network for a scene', convolutions / (halvings + 2)).equals(1),
      check(119, 'two objects in one cell: the target keeps', cells.sum().item() / pairs.length).equals(1), // prettier-ignore
      check(119, 'two objects in one cell: classes it reports, at most', Math.max(...reported)).equals(1), // prettier-ignore
      check(120, 'boxes for S = 7, B = 2', decodeYolo(output, { c: 20, size: 28 })[0]!.scores.size).equals(98), // prettier-ignore
      check(121, 'λcoord from 5 to 10 adds what 0 to 5 adds, ratio', coord).near(1, 1e-3),
      check(121, 'λnoobj from 0.5 to 1 adds what 0 to 0.5 adds, ratio', noobj).near(1, 1e-3),
      check(122, 'numbers of the output for S = 7, B = 2, C = 20', output.size).equals(1470),
      check(122, 'IoU of [0, 0, 2, 2] and [1, 1, 3, 3]', boxIou(tensor([[0, 0, 2, 2]]), tensor([[1, 1, 3, 3]])).item()).near(1 / 7, 1e-7), // prettier-ignore
    ];
  },
});
