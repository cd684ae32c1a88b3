/**
 * Autoencoders of handwritten digits: 784 pixels through a code of a few numbers and back, learned without any label.
 *
 *     x → encoder → z → decoder → x',   minimise |x − x'|²
 *
 * With one linear layer on each side the best that can be learned is the plane of the first principal components, and the network finds
 * it; hidden layers do better with as many numbers. What z looks like nobody has said: it is far from N(0, I), so that codes
 * cannot be made up, which is what a variational autoencoder is for.
 */
import type { LabeledImages } from '@kasane/datasets';
import type { Autoencoder } from '@kasane/generative';
import { Generator, noGrad, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { check, type Check } from '../../check.ts';
import type { PictureEvent } from '../../events/event.ts';
import { defineExercise, type Exercise } from '../../exercise.ts';
import { following } from '../../following.ts';
import { divergence, scatter } from '../../images/codes.ts';
import { SEVEN, SIZE } from '../../images/digit-try.ts';
import { digits, splitTable } from '../../images/digits.ts';
import { outputs } from '../../images/outputs.ts';
import { tileOf } from '../../pictures/canvas.ts';
import { gallery } from '../../pictures/gallery.ts';
import { KINDS, linearAutoencoder, nonlinearAutoencoder, PIXELS, type Kind } from './network.ts';
import { principal, rebuiltFrom } from './principal.ts';
import { errorOf, training } from './training.ts';

const SHOWN = 10; // digits of the gallery
const LINEAR_LR = 0.006; // of the linear network, with a step for each of the other one
const NARROW = 1.02; // how near to the components' error the linear network comes in 1,000 steps
const QUICK = 1.05; // and in the quick preset

export const autoencoder: Exercise = defineExercise({
  id: 'autoencoder',
  title: { en: 'Autoencoders of digits', ja: 'オートエンコーダ（MNIST）' },
  summary:
    'Squeezes digits through a code of a few numbers, and compares with as many principal components.',
  rows: [71, 72, 73],
  data: 'mnist',
  parameters: {
    kind: { type: 'choice', options: KINDS, default: 'plain', description: 'which autoencoder' },
    code: { type: 'integer', default: 32, min: 1, max: 512, description: 'numbers of the code' },
    hidden: { type: 'integer', default: 256, quick: 128, min: 1, max: 4096, description: 'units of the hidden layers; for the convolutional one 16 for each map of the first layer' },
    lr: { type: 'number', default: 0.002, min: 1e-6, max: 1, description: 'learning rate of Adam' },
    batch: { type: 'integer', default: 100, min: 1, max: 1000, description: 'digits in a step' },
    steps: { type: 'integer', default: 3000, quick: 600, min: 10, max: 100_000, description: 'steps' },
  }, // prettier-ignore
  variants: {
    denoising: {
      title: { en: 'Takes noise away', ja: 'ノイズ除去' },
      parameters: { kind: 'denoising' },
    },
    sparse: {
      title: { en: 'Most units are silent', ja: 'スパースオートエンコーダ' },
      parameters: { kind: 'sparse' },
    },
    convolutional: {
      title: { en: 'With convolutions', ja: '畳み込みオートエンコーダ' },
      parameters: { kind: 'convolutional' },
    },
  },
  charts: { loss: { x: 'step', y: 'mean squared error' } },
  async *run({ parameters, preset, seed, data }) {
    const { kind, code, steps } = parameters;
    const { train, test } = await digits(data);
    yield splitTable({ train, test });
    const generator = new Generator(seed);
    const total = 2 * steps;

    const linear = linearAutoencoder(code, generator);
    const slowly = training(linear, train, { ...parameters, lr: LINEAR_LR }, generator);
    yield* following(slowly, { chart: 'loss', name: 'linear', every: 10, total });
    const model = nonlinearAutoencoder(kind, parameters, generator);
    const own = training(model, train, parameters, generator);
    yield* following(own, { chart: 'loss', name: kind, every: 10, done: steps, total });
    model.eval();

    const place = { type: 'progress', step: total, total } as const;
    const pca = yield* principal(train, code, generator, place);
    const errors = {
      'mean image': yield* errorOf((x) => pca.mean.reshape([1, 1, SIZE, SIZE]).add(x.mul(0)), test, place),
      'principal components': yield* errorOf((x) => rebuiltFrom(pca, x), test, place),
      linear: yield* errorOf((x) => linear.forward(x), test, place),
      [kind]: yield* errorOf((x) => model.forward(x), test, place),
    }; // prettier-ignore
    const baseline = errors['mean image']!;
    yield {
      type: 'table',
      name: `error of held-out digits, ${code} numbers each`,
      columns: ['rebuilt by', 'mean squared error', 'of the mean image’s'],
      rows: Object.entries(errors).map(([name, error]) => [name, error, error / baseline]),
    };
    const best = yield* errorOf((x) => rebuiltFrom(pca, x), train, place);
    const reached = yield* errorOf((x) => linear.forward(x), train, place);
    const codes = yield* outputs((x) => model.encode(x), test, place);
    yield await rebuilt(model, test);
    yield await scatter(codes, test);

    const share = errors[kind]! / baseline;
    const prior = divergence(codes);
    yield { type: 'metric', name: 'KL of a normal fit of z from N(0, I), for each number', value: prior }; // prettier-ignore
    const complete = preset !== 'quick' && steps >= 1000;
    const checks: Check[] = [
      check(72, 'numbers of a code, of 784 pixels', code).below(PIXELS),
      check(72, `linear network beside ${code} principal components, error`, reached / best)
        .between(0.999, complete ? NARROW : QUICK), // prettier-ignore
      check(73, 'KL of a normal fit of z from N(0, I), for each number', prior).above(0.1),
    ];
    const left = `error of ${kind} beside the mean image’s, held-out digits`;
    checks.push(
      check(71, left, share).below(
        code < 32 ? 0.9 : complete ? LEFT[kind] : kind === 'sparse' ? 0.4 : 0.35,
      ),
    );
    return { checks, trained: model };
  },
  tries: {
    rebuild: {
      title: { en: 'Give a drawing back', ja: '描いた数字を復元する' },
      parameters: {
        digit: {
          type: 'picture',
          width: SIZE,
          height: SIZE,
          default: SEVEN,
          description: 'a digit in white on black',
        },
      },
      async *run(model, { digit }) {
        const output = scope(() => {
          const x = tensor(digit.map((grey) => grey / 255)).reshape([1, 1, SIZE, SIZE]);
          return noGrad(() => model.forward(x));
        });
        const tiles = [
          { data: Uint8Array.from(digit), channels: 1, height: SIZE, width: SIZE },
          pictureOf(await output.data()),
        ].map(tileOf);
        output.dispose();
        yield gallery('drawn, and given back', tiles, { columns: 2, zoom: 4 });
      },
    },
  },
});

/** What is left of the mean image's error on held-out digits at the end, with codes of 32 numbers or more. */
const LEFT: Readonly<Record<Kind, number>> = {
  plain: 0.2,
  denoising: 0.3, // it has learned to look at spoilt digits
  sparse: 0.3,
  convolutional: 0.2,
};

/** Values from 0 to 1, and what lies beyond cut off, as a picture. */
function pictureOf(values: ArrayLike<number | bigint>): {
  readonly data: Uint8Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
} {
  const data = Uint8Array.from(values, (v) =>
    Math.round(255 * Math.min(1, Math.max(0, Number(v)))),
  );
  return { data, channels: 1, height: SIZE, width: SIZE };
}

/** Held-out digits of each class above what the network gives back. */
async function rebuilt(model: Autoencoder, images: LabeledImages): Promise<PictureEvent> {
  const rows = Array.from({ length: SHOWN }, (_, i) => images.labels.indexOf(i));
  const output: Tensor = scope(() => noGrad(() => model.forward(images.getBatch(rows)[0])));
  const values = await output.data();
  output.dispose();
  const back = rows.map((_, i) => tileOf(pictureOf(values.slice(i * PIXELS, (i + 1) * PIXELS))));
  const tiles = [...rows.map((row) => tileOf(images.image(row))), ...back];
  return gallery('held-out digits, and below what is given back', tiles, {
    columns: SHOWN,
    zoom: 2,
  });
}
