/**
 * Two faults of data, and what shows them.
 *
 * Wrong labels: a few digits get another class. A network that has seen them all, but not often
 * enough to learn them by heart, has its largest losses where the label is wrong: who looks through
 * that list finds nearly all of them.
 *
 * A biased background: in training, nearly every digit of a class stands on that class's colour. The
 * network looks at the colour. A test set with the same bias does not notice, one without it does.
 *
 * The digits are 10,000 real ones of the mnist package; wrong labels and colours are planted.
 */
import { backward } from '@kasane/autograd';
import { LabeledImages } from '@kasane/datasets';
import { mnist } from '@kasane/datasets/mnist';
import { Conv2d, MaxPool2d } from '@kasane/layers-cnn';
import { crossEntropy, Flatten, Linear, ReLU, Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { concat, Generator, noGrad, randperm, scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise, Part } from '../exercise.ts';
import { tileOf } from '../pictures/canvas.ts';
import { gallery, GREY, RED } from '../pictures/gallery.ts';

const CLASSES = 10;
const BATCH = 50;
const LR = 0.002;
const SHOWN = 150; // digits of the list on the sheet
const COLUMNS = 15;

/** (B, channels, 28, 28) → (B, 10) */
function newNetwork(channels: number, generator: Generator): Sequential {
  return new Sequential(
    new Conv2d(channels, 8, 5, { generator }), // (B, 8, 24, 24)
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(8, 16, 5, { generator }), // (B, 16, 8, 8)
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(16 * 4 * 4, CLASSES, { generator }),
  );
}

/** Where a training stands among all: steps done before it, and how many there are. */
interface Place {
  readonly name: string;
  readonly done: number;
  readonly total: number;
}

function* train(
  images: LabeledImages,
  epochs: number,
  place: Place,
  generator: Generator,
): Part<'loss', Sequential> {
  const model = newNetwork(images.channels, generator);
  const optimizer = new Adam(model.parameters(), { lr: LR });
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
  let i = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = [...randperm(images.length, { generator }).dataSync()];
    for (let start = 0; start < order.length; start += BATCH) {
      const indices = order.slice(start, start + BATCH);
      const loss = scope(() => step(...images.getBatch(indices)).item());
      yield { type: 'progress', step: place.done + ++i, total: place.total, loss };
      if (i % 5 === 0) yield { type: 'series', chart: 'loss', name: place.name, x: i, y: loss };
    }
  }
  return model;
}

/** What the model gives for all pictures: (N, 10). */
function scoresOf(model: Sequential, images: LabeledImages): Tensor {
  const parts: Tensor[] = [];
  for (let start = 0; start < images.length; start += 500) {
    const indices = Array.from({ length: Math.min(500, images.length - start) }, (_, i) => start + i); // prettier-ignore
    parts.push(scope(() => noGrad(() => model.forward(images.getBatch(indices)[0]))));
  }
  return concat(parts);
}

function accuracyOf(model: Sequential, images: LabeledImages): number {
  const found = scope(() => scoresOf(model, images).argmax(1).dataSync().slice());
  return images.labels.filter((label, i) => label === found[i]).length / images.length;
}

/** The pictures with some labels replaced by others; which ones. */
function plantWrongLabels(
  images: LabeledImages,
  share: number,
  generator: Generator,
): { spoilt: LabeledImages; planted: ReadonlySet<number> } {
  const count = Math.round(share * images.length);
  const planted = new Set(randperm(images.length, { generator }).dataSync().slice(0, count));
  const labels = images.labels.map((label, i) =>
    planted.has(i) ? (label + 1 + generator.below(CLASSES - 1)) % CLASSES : label,
  );
  return { spoilt: new LabeledImages({ ...images, labels }), planted };
}

/** A colour of full brightness at an angle of the colour circle, from 0 to 1. */
function colourAt(hue: number): number[] {
  return [0, 1, 2].map((c) => {
    const distance = Math.abs(((hue - c / 3 + 1.5) % 1) - 0.5); // from red, green, blue
    return 255 * Math.min(1, Math.max(0, 2 - 6 * distance));
  });
}

/** White digits on colours: the class's own with the given probability, else any class's. */
function colour(images: LabeledImages, bias: number, generator: Generator): LabeledImages {
  const plane = images.height * images.width;
  const data = new Uint8Array(images.length * 3 * plane);
  for (let i = 0; i < images.length; i++) {
    const own = generator.random() < bias;
    const ground = colourAt((own ? images.labels[i]! : generator.below(CLASSES)) / CLASSES);
    const ink = images.image(i).data;
    for (let c = 0; c < 3; c++) {
      for (let at = 0; at < plane; at++) {
        const white = ink[at]! / 255;
        data[(3 * i + c) * plane + at] = 255 * white + 0.6 * ground[c]! * (1 - white);
      }
    }
  }
  return new LabeledImages({ ...images, data, channels: 3, origin: `${images.origin}, coloured` });
}

export const dataBias: Exercise = defineExercise({
  id: 'data-bias',
  title: { en: 'Biased and wrong data', ja: '学習データのバイアスと誤り' },
  summary:
    'Plants wrong labels among real digits and finds them by their losses; colours their backgrounds by class and sees what the network learnt.',
  rows: [118],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/optim',
    '@kasane/datasets',
    '@kasane/layers-cnn',
  ],
  parameters: {
    images: {
      type: 'integer',
      default: 9000,
      quick: 3000,
      min: 100,
      max: 9000,
      description: 'digits to learn from',
    },
    wrong: {
      type: 'number',
      default: 0.05,
      min: 0.001,
      max: 0.5,
      description: 'the part of them whose labels are made wrong',
    },
    bias: {
      type: 'number',
      default: 0.98,
      min: 0,
      max: 1,
      description: 'the part of them that stands on the colour of its class',
    },
    epochs: {
      type: 'integer',
      default: 4,
      min: 1,
      max: 100,
      description: 'passes over them; many learn the wrong labels by heart',
    },
  },
  charts: {
    loss: { x: 'step', y: 'cross-entropy in training' },
  },
  async *run({ parameters: { images: count, wrong, bias, epochs }, seed }) {
    const generator = new Generator(seed);
    const digits = await mnist();
    const order = [...randperm(digits.train.length, { generator }).dataSync()];
    const images = digits.train.select(order.slice(0, count));
    const steps = epochs * Math.ceil(count / BATCH); // of each of three networks
    const at = (name: string, k: number): Place => ({ name, done: k * steps, total: 3 * steps });

    // ——— wrong labels ———
    const { spoilt, planted } = plantWrongLabels(images, wrong, generator);
    const model = yield* train(spoilt, epochs, at('wrong labels', 0), generator);
    const losses = scope(() => {
      const labels = tensor(spoilt.labels, { dtype: 'int32' });
      return crossEntropy(scoresOf(model, spoilt), labels, { reduction: 'none' })
        .dataSync()
        .slice();
    });
    const list = [...losses.keys()]
      .toSorted((a, b) => losses[b]! - losses[a]!)
      .slice(0, planted.size);
    const found = list.filter((i) => planted.has(i)).length / planted.size;
    yield gallery(
      'largest losses, label > truth, red where planted',
      list.slice(0, SHOWN).map((i) => ({
        ...tileOf(spoilt.image(i)),
        caption: [
          [`${spoilt.labels[i]}>${images.labels[i]}`, planted.has(i) ? RED : GREY],
        ] as const,
      })),
      { columns: COLUMNS, zoom: 2 },
    );
    yield { type: 'metric', name: `planted, of ${planted.size}, in a list as long`, value: found };

    // ——— biased backgrounds ———
    const results: Record<string, readonly [same: number, unbiased: number]> = {};
    const test = {
      biased: colour(digits.test, bias, generator),
      unbiased: colour(digits.test, 0, generator),
    };
    for (const [k, [name, part]] of Object.entries({ biased: bias, unbiased: 0 }).entries()) {
      const coloured = colour(images, part, generator);
      const firsts = Array.from({ length: CLASSES }, (_, digit) =>
        [...coloured.labels.keys()].filter((i) => coloured.labels[i] === digit).slice(0, 8),
      ).flat();
      yield gallery(
        `${name} backgrounds`,
        firsts.map((i) => tileOf(coloured.image(i))),
        { columns: 8, zoom: 2 },
      );
      const learnt = yield* train(coloured, epochs, at(`${name} backgrounds`, k + 1), generator);
      results[name] = [accuracyOf(learnt, test.biased), accuracyOf(learnt, test.unbiased)];
    }
    const [biased, unbiased] = [results.biased!, results.unbiased!];
    yield {
      type: 'table',
      name: 'accuracy on 1,000 held-out real digits with planted colours',
      columns: ['learnt from', 'on biased backgrounds', 'on unbiased backgrounds'],
      rows: Object.entries(results).map(([name, both]) => [`${name} backgrounds`, ...both]),
    };
    return [
      check(118, 'planted wrong labels in the list of as many largest losses', found).atLeast(0.8),
      check(118, 'biased training: accuracy with the same bias', biased[0]).atLeast(0.95),
      check(118, 'unbiased training: accuracy without bias', unbiased[1]).atLeast(0.9),
      check(118, 'biased training costs accuracy without bias', unbiased[1] - biased[1]).above(0.1),
    ];
  },
});
