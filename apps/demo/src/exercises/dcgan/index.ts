/**
 * Digits made up by a network that never sees one: it makes pictures of noise, and learns from what a second network says, which is
 * shown real digits and made ones and learns to tell them.
 *
 *     G: z ~ N(0, I) → picture,   D: picture → the probability that it is real
 *     min_G max_D   E[log D(x)] + E[log(1 − D(G(z)))]
 *
 * If both were perfect, G would make digits just as real ones are, D would say 1/2 of all, and the value would be −2 ln 2. A game of one
 * number gets there; with pictures it is a goal, and what D says is reported beside it.
 */
import type { LabeledImages } from '@kasane/datasets';
import { Generator, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { check, type Check } from '../../check.ts';
import { defineExercise, type AsyncPart, type Exercise } from '../../exercise.ts';
import { following } from '../../following.ts';
import { SEVEN, SIZE } from '../../images/digit-try.ts';
import { digits, splitTable } from '../../images/digits.ts';
import { probabilities } from '../../images/probabilities.ts';
import { reader, readerTraining } from '../../images/reader.ts';
import { Losses } from '../../losses.ts';
import { mean } from '../../statistics.ts';
import { asked, histogram, readings } from './answers.ts';
import { architecture, layerChecks } from './checks.ts';
import {
  between,
  gridIn,
  gridOf,
  largestStep,
  point,
  probability,
  way,
  type Trainer,
} from './latent.ts';
import { game, NORMALIZATIONS } from './network.ts';
import { optimum, theory } from './theory.ts';
import { training, type Round } from './training.ts';

const READER_STEPS = 300; // of the network that reads digits
const MADE = 1000; // digits that are read
const SURE = 0.8; // the probability from which a digit counts as read
const COVERED = 10; // read digits, of the 1,000, with which a class counts as covered
const SHOWN = 10; // z in the picture of how they change
const READ_EVERY = 10; // rounds

/** Plays the rounds, draws what the players lose and what D says, and keeps what a few z become. */
async function* play(
  trainer: Trainer,
  rounds: Iterable<Round>,
  count: number,
  z: readonly (readonly number[])[],
  total: number,
): AsyncPart<'loss' | 'answer', void> {
  const unread = {
    'D, of both': new Losses(),
    G: new Losses(),
    real: new Losses(),
    made: new Losses(),
  };
  const stages: number[] = [];
  const keep = async (): Promise<void> => {
    const values = scope(() => trainer.generate(tensor(z.map((one) => [...one]))));
    stages.push(...Array.from(await values.data(), Number));
    values.dispose();
  };
  let i = 0;
  await keep();
  for (const { loss, generatorLoss, real, generated } of rounds) {
    unread['D, of both'].push(loss);
    unread.G.push(generatorLoss);
    unread.real.push(real);
    unread.made.push(generated);
    i++;
    if (i % Math.ceil(count / 4) === 0 || i === count) await keep();
    if (i % READ_EVERY === 0 || i === count) {
      for (const [name, losses] of Object.entries(unread)) {
        const y = mean(await losses.read());
        const chart = name === 'real' || name === 'made' ? 'answer' : 'loss';
        yield { type: 'series', chart, name, x: i, y };
      }
      yield { type: 'series', chart: 'answer', name: 'theory', x: i, y: 0.5 };
    }
    yield { type: 'progress', step: i, total };
  }
  yield gridIn(`the same ${SHOWN} z while G learns`, stages, { columns: SHOWN, zoom: 2 });
}

export const dcgan: Exercise = defineExercise({
  id: 'dcgan',
  title: { en: 'Digits made up of noise (DCGAN)', ja: 'DCGAN（MNIST）' },
  summary: 'Lets a generator and a discriminator learn from each other until noise becomes digits.',
  rows: [155, 156, 157, 158, 159],
  data: 'mnist',
  parameters: {
    latent: { type: 'integer', default: 32, min: 2, max: 512, description: 'numbers of z' },
    features: { type: 'integer', default: 16, quick: 8, min: 1, max: 128, description: 'channels of the widest layers of pictures; the ones within have twice as many' },
    slope: { type: 'number', default: 0.01, min: 0, max: 1, description: 'slope of leaky ReLU below 0' },
    normalization: { type: 'choice', options: NORMALIZATIONS, default: 'batch', description: 'what keeps D in bounds' },
    smoothing: { type: 'number', default: 0.1, min: 0, max: 0.5, description: 'how far below 1 the label of real digits is' },
    noise: { type: 'number', default: 0.3, min: 0, max: 2, description: 'noise on what D sees, at first; it falls to 0' },
    lr: { type: 'number', default: 0.003, quick: 0.005, min: 1e-6, max: 1, description: 'learning rate of G; it falls to 0' },
    ratio: { type: 'number', default: 0.3, quick: 0.2, min: 0.001, max: 100, description: 'that of D beside it' },
    batch: { type: 'integer', default: 64, min: 2, max: 1000, description: 'digits in a step' },
    rounds: { type: 'integer', default: 3000, quick: 420, min: 10, max: 100_000, description: 'rounds of a step of D and one of G' },
  }, // prettier-ignore
  variants: {
    spectral: {
      title: { en: 'Spectral normalisation of D', ja: 'スペクトル正規化' },
      parameters: { normalization: 'spectral' },
    },
    'slope-02': {
      title: { en: 'The slope of the DCGAN paper', ja: 'Leaky ReLUの傾き0.2' },
      parameters: { slope: 0.2 },
    },
  },
  charts: {
    loss: { x: 'round', y: 'loss, mean of 10 rounds' },
    answer: { x: 'round', y: 'mean of D, of 10 rounds' },
  },
  async *run({ parameters, seed, data }) {
    const { latent, batch, rounds } = parameters;
    const { train, test } = await digits(data);
    yield splitTable({ train, test });
    const generator = new Generator(seed);
    const total = rounds + READER_STEPS;
    const checks: Check[] = [...optimum(), ...layerChecks(generator)];
    checks.push(...(yield* theory(generator, { step: 0, total })));

    const own = game(parameters, generator);
    const { trainer } = own;
    checks.push(...(yield* architecture(trainer.generator, trainer.discriminator)));
    const z: number[][] = [];
    for (let i = 0; i < SHOWN; i++) z.push(await point(latent, generator));
    yield* play(trainer, training(own, train, parameters, generator), rounds, z, total);
    const network = reader(generator);
    const reading = readerTraining(network, train, READER_STEPS, generator);
    yield* following(reading, { chart: 'loss', done: rounds, total });

    const place = { step: total, total };
    const drawn = scope(() => trainer.sample(MADE)); // (MADE, 1, 28, 28)
    const values = await drawn.data();
    const shown = values.slice(0, 60 * SIZE * SIZE);
    yield gridIn('digits that G makes up', shown, { columns: 15, zoom: 2 });
    const read = (x: Tensor): Tensor => network.forward(x);
    const parts = yield* readings(read, halves(drawn), SURE, place);
    const known = yield* readings(read, pictures(test), SURE, place);
    drawn.dispose();
    yield {
      type: 'table',
      name: `digits that are read with a probability of ${SURE} or more`,
      columns: ['digit', `of ${MADE} made`, `of ${test.length} real, held out`],
      rows: parts.sure.map((count, digit) => [digit, count, known.sure[digit]!]),
    };
    const said = yield* asked(trainer, test, { batch, batches: 16 }, generator, place);
    yield histogram(said);
    const right = mean([...said.real.map((p) => Number(p > 0.5)), ...said.made.map((p) => Number(p <= 0.5))]); // prettier-ignore
    yield {
      type: 'table',
      name: 'what D says, beside what it would say if it could not tell',
      columns: ['', 'measured', 'theory'],
      rows: [
        ['mean D of real digits, held out', mean(said.real), 0.5],
        ['mean D of made ones', mean(said.made), 0.5],
        ['share of both that it tells right', right, 0.5],
      ],
    };
    const ends = [z[0]!, z[1]!] as const;
    yield await gridOf('the way from one z to another', trainer, way(...ends, 14), { columns: 15, zoom: 2 }); // prettier-ignore
    const [coarse, fine] = [
      await largestStep(trainer, way(...ends, 50)),
      await largestStep(trainer, way(...ends, 100)),
    ];

    let extreme = 0;
    for (const v of values) extreme = Math.max(extreme, Math.abs(Number(v)));
    const covered = parts.sure.filter((count) => count >= COVERED).length;
    checks.push(
      check(155, 'largest |pixel| of 1,000 digits that G makes', extreme).atMost(1),
      check(155, `digits of which ${COVERED} or more of 1,000 made ones are read`, covered).atLeast(8),
      check(155, 'largest step on a way of 100 parts beside that of 50, which is ½ where it is smooth', fine / coarse).near(0.5, 0.1),
    ); // prettier-ignore
    return { checks, trained: { trainer, read } };
  },
  tries: {
    latent: {
      title: { en: 'Move through the latent space', ja: '潜在空間を動かす' },
      parameters: {
        from: { type: 'integer', default: 1, min: 0, max: 9999, description: 'which z to begin at' },
        to: { type: 'integer', default: 2, min: 0, max: 9999, description: 'which z to end at' },
        share: { type: 'number', default: 0.5, min: 0, max: 1, description: 'the share of the way that is gone' },
      }, // prettier-ignore
      async *run({ trainer, read }, { from, to, share }) {
        const { latentSize } = trainer.generator;
        const a = await point(latentSize, new Generator(from));
        const b = await point(latentSize, new Generator(to));
        yield await gridOf('the way', trainer, way(a, b, 10), { columns: 11, zoom: 2 });
        const digit = (): Tensor => trainer.generate(tensor([between(a, b, share)]));
        const values = scope(digit);
        yield gridIn(`after ${share} of it`, await values.data(), { columns: 1, zoom: 6 });
        values.dispose();
        const networks = { 'what it is read as': read };
        yield* probabilities(networks, () => digit().add(1).div(2), CLASSES);
        yield { type: 'metric', name: 'D: real with', value: await probability(trainer, digit) };
      },
    },
    real: {
      title: { en: 'Would D take your digit for real?', ja: '描いた数字は本物に見える？' },
      parameters: {
        digit: {
          type: 'picture',
          width: SIZE,
          height: SIZE,
          default: SEVEN,
          description: 'a digit in white on black',
        },
      },
      async *run({ trainer }, { digit }) {
        const [width, height] = [SIZE, SIZE];
        yield { type: 'picture', name: 'drawn', width, height, pixels: Uint8Array.from(digit) };
        const picture = (): Tensor =>
          tensor(digit.map((grey) => grey / 127.5 - 1)).reshape([1, 1, SIZE, SIZE]);
        yield { type: 'metric', name: 'D: real with', value: await probability(trainer, picture) };
      },
    },
  },
});

const CLASSES = Array.from({ length: 10 }, (_, i) => String(i));
const AT_ONCE = 250; // digits, so that there is a pause every few hundred milliseconds

/** Digits from −1 to 1 as pictures from 0 to 1, a few at a time. */
function* halves(all: Tensor): Iterable<Tensor> {
  for (let from = 0; from < all.shape[0]!; from += AT_ONCE) {
    yield scope(() => all.slice(0, from, Math.min(from + AT_ONCE, all.shape[0]!)).add(1).div(2)); // prettier-ignore
  }
}

/** Real digits, a few at a time. */
function* pictures(images: LabeledImages): Iterable<Tensor> {
  for (let from = 0; from < images.length; from += AT_ONCE) {
    const count = Math.min(AT_ONCE, images.length - from);
    const [x, t] = images.getBatch(Array.from({ length: count }, (_, i) => from + i));
    t.dispose();
    yield x;
  }
}
