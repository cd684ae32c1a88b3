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
import type { LabeledImages } from '@kasane/datasets';
import { mnist } from '@kasane/datasets/mnist';
import { crossEntropy, type Sequential } from '@kasane/nn';
import { concat, Generator, noGrad, scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { AsyncPart, Exercise } from '../../exercise.ts';
import { answers } from '../../images/answers.ts';
import { shuffled } from '../../images/batches.ts';
import { confusion } from '../../images/confusion.ts';
import { SEVEN, SIZE } from '../../images/digit-try.ts';
import { following } from '../../following.ts';
import { probabilities } from '../../images/probabilities.ts';
import { tileOf } from '../../pictures/canvas.ts';
import { gallery, GREY, RED } from '../../pictures/gallery.ts';
import { CLASSES, colour, onColour, plantWrongLabels } from './faults.ts';
import { newNetwork } from './network.ts';
import { BATCH, training } from './training.ts';

const SHOWN = 150; // digits of the list on the sheet
const COLUMNS = 15;
const AT_ONCE = 500; // pictures

/** The loss of each picture, as its label says. */
async function lossesOf(model: Sequential, images: LabeledImages): Promise<readonly number[]> {
  const parts: Tensor[] = [];
  for (let start = 0; start < images.length; start += AT_ONCE) {
    const count = Math.min(AT_ONCE, images.length - start);
    const rows = Array.from({ length: count }, (_, i) => start + i);
    parts.push(scope(() => noGrad(() => model.forward(images.getBatch(rows)[0]))));
  }
  const losses = scope(() => {
    const labels = tensor(images.labels, { dtype: 'int32' });
    return crossEntropy(concat(parts), labels, { reduction: 'none' });
  });
  const values = [...(await losses.data())];
  for (const used of [...parts, losses]) used.dispose();
  return values;
}

export const dataBias: Exercise = defineExercise({
  id: 'data-bias',
  title: { en: 'Biased and wrong data', ja: '学習データのバイアスと誤り' },
  summary:
    'Plants wrong labels among real digits and finds them by their losses; colours their backgrounds by class and sees what the network learnt.',
  rows: [118],
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
  }, // prettier-ignore
  charts: {
    loss: { x: 'step', y: 'cross-entropy in training' },
  },
  async *run({ parameters: { images: count, wrong, bias, epochs }, seed }) {
    const generator = new Generator(seed);
    const digits = await mnist();
    const order = shuffled(digits.train.length, generator);
    const images = digits.train.select(order.slice(0, count));
    const steps = epochs * Math.ceil(count / BATCH); // of each of three networks
    async function* trained(
      name: string,
      from: LabeledImages,
      k: number,
    ): AsyncPart<'loss', Sequential> {
      const model = newNetwork(from.channels, generator);
      const steady = training(model, from, epochs, generator);
      yield* following(steady, { chart: 'loss', name, done: k * steps, total: 3 * steps });
      return model;
    }

    // ——— wrong labels ———
    const { spoilt, planted } = plantWrongLabels(images, wrong, generator);
    const losses = await lossesOf(yield* trained('wrong labels', spoilt, 0), spoilt);
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
    const test = {
      biased: colour(digits.test, bias, generator).coloured,
      unbiased: colour(digits.test, 0, generator),
    };
    const networks: Sequential[] = [];
    const results: { name: string; same: number; unbiased: number }[] = [];
    for (const [k, [name, part]] of Object.entries({ biased: bias, unbiased: 0 }).entries()) {
      const { coloured } = colour(images, part, generator);
      const firsts = Array.from({ length: CLASSES }, (_, digit) =>
        [...coloured.labels.keys()].filter((i) => coloured.labels[i] === digit).slice(0, 8),
      ).flat();
      yield gallery(
        `${name} backgrounds`,
        firsts.map((i) => tileOf(coloured.image(i))),
        { columns: 8, zoom: 2 },
      );
      const learnt = yield* trained(`${name} backgrounds`, coloured, k + 1);
      const progress = { type: 'progress', step: (k + 2) * steps, total: 3 * steps } as const;
      const forward = (x: Tensor): Tensor => learnt.forward(x);
      const same = yield* answers(forward, test.biased, progress);
      const { coloured: without, owners } = test.unbiased;
      const unbiased = yield* answers(forward, without, progress);
      yield {
        ...confusion(
          `answers on any background, learnt from ${name} ones`,
          { labels: owners, classes: without.classes },
          unbiased.classes,
        ),
        y: 'digit whose colour the background is',
      };
      results.push({ name, same: same.accuracy, unbiased: unbiased.accuracy });
      networks.push(learnt);
    }
    yield {
      type: 'table',
      name: 'accuracy on 1,000 held-out real digits with planted colours',
      columns: ['learnt from', 'on biased backgrounds', 'on unbiased backgrounds'],
      rows: results.map(({ name, same, unbiased }) => [`${name} backgrounds`, same, unbiased]),
    };
    const [biased, unbiased] = results as [(typeof results)[0], (typeof results)[0]]; // both were pushed
    const checks = [
      check(118, 'planted wrong labels in the list of as many largest losses', found).atLeast(0.8),
      check(118, 'biased training: accuracy with the same bias', biased.same).atLeast(0.95),
      check(118, 'unbiased training: accuracy without bias', unbiased.unbiased).atLeast(0.9),
      check(118, 'biased training costs accuracy without bias', unbiased.unbiased - biased.unbiased).above(0.1),
    ]; // prettier-ignore
    return { checks, trained: networks };
  },
  tries: {
    background: {
      title: { en: 'Does the colour decide?', ja: '背景の色で答えが変わる？' },
      parameters: {
        digit: { type: 'picture', width: SIZE, height: SIZE, default: SEVEN, description: 'a digit in white on black' },
        owner: { type: 'integer', default: 2, min: 0, max: 9, description: 'the digit whose colour is put behind it' },
      }, // prettier-ignore
      async *run(networks, { digit, owner }) {
        const data = onColour(digit, owner);
        const [height, width] = [SIZE, SIZE];
        yield gallery('drawn', [tileOf({ data, channels: 3, height, width })], {
          columns: 1,
          zoom: 3,
        });
        const picture = (): Tensor =>
          tensor(
            Float32Array.from(data, (v) => v / 255),
            [1, 3, SIZE, SIZE],
          );
        const [biased, unbiased] = networks;
        const asked = {
          'learnt from biased backgrounds': (x: Tensor) => biased!.forward(x),
          'learnt from unbiased ones': (x: Tensor) => unbiased!.forward(x),
        };
        const classes = Array.from({ length: CLASSES }, (_, i) => String(i));
        yield* probabilities(asked, picture, classes);
      },
    },
  },
});
