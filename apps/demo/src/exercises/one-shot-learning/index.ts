/**
 * One-shot learning: a network that has learned to compare tells characters apart that it has seen once.
 *
 *     p_k = mean of f(examples of class k)      P(k | x) = softmax_k(−|f(x) − p_k|²)
 *
 * Every step is an episode with classes of its own, so f learns what makes two drawings the same
 * character, whichever it is. The alphabets of the test are others than those of the training.
 */
import { makeGlyphs, type LabeledImages } from '@kasane/datasets';
import { ConvEmbedding, PrototypicalNetwork } from '@kasane/layers-cnn';
import { Generator, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { ScatterEvent } from '../../events/event.ts';
import { defineExercise } from '../../exercise.ts';
import type { Exercise } from '../../exercise.ts';
import { shuffled } from '../../images/batches.ts';
import { following } from '../../following.ts';
import { Canvas, tileOf } from '../../pictures/canvas.ts';
import { gallery } from '../../pictures/gallery.ts';
import { principalPlane } from '../../pictures/plane.ts';
import { UsageError } from '../../usage-error.ts';
import { newEpisode, places, type Episode } from './episodes.ts';
import { accuracy, embedded, nearness, recognised } from './recognition.ts';
import { training } from './training.ts';

const CHARACTERS = 20; // of an alphabet
const UNSEEN = 4; // alphabets for the test
const WAY = 5; // classes of a test episode
const SHOTS = 5; // examples of a class, at most
const QUERIES = 5; // drawings of a class to be recognised
const TESTS = 200; // episodes
const [ZOOM, GAP] = [2, 4];

/** What can be asked about: characters of unseen alphabets, and where the network puts their drawings. */
interface Trained {
  readonly unseen: LabeledImages;
  readonly points: Tensor; // (N, D)
}

/** Row by row the example of a class, and the queries that were taken for it. */
function drawn(glyphs: LabeledImages, episode: Episode, guesses: readonly number[]): Canvas {
  const side = glyphs.width * ZOOM + GAP;
  const most = Math.max(...episode.examples.map((_, k) => guesses.filter((g) => g === k).length));
  const canvas = new Canvas((most + 1) * side + 4 * GAP, WAY * side + GAP, 90);
  episode.examples.forEach((own, k) => {
    const top = GAP + k * side;
    canvas.paste(tileOf(glyphs.image(own[0]!)), GAP, top, ZOOM);
    const taken = guesses.flatMap((guess, i) => (guess === k ? [i] : []));
    taken.forEach((i, column) => {
      const left = 4 * GAP + (column + 1) * side;
      canvas.paste(tileOf(glyphs.image(episode.queries[i]!)), left, top, ZOOM);
      const edge = side - GAP;
      if (episode.wanted[i] !== k)
        canvas.frame([left, top, left + edge, top + edge], [255, 60, 60]);
    });
  });
  return canvas;
}

/** The drawings of the classes of an episode, where a network puts them, as seen in a plane. */
async function embeddings(
  { unseen, points }: Trained,
  { examples }: Episode,
): Promise<ScatterEvent> {
  const drawings = unseen.length / unseen.classes.length;
  const labels = examples.map((own) => unseen.labels[own[0]!]!);
  const own = labels.flatMap((label) =>
    Array.from({ length: drawings }, (_, i) => label * drawings + i),
  );
  const some = points.indexSelect(0, places(own));
  const [x, y] = await principalPlane(some);
  some.dispose();
  return {
    type: 'scatter',
    name: 'drawings of five unseen characters, where the network puts them',
    x: 'first direction',
    y: 'second direction',
    groups: labels.map((label, k) => ({
      name: unseen.classes[label]!,
      x: x.slice(k * drawings, (k + 1) * drawings),
      y: y.slice(k * drawings, (k + 1) * drawings),
    })),
  };
}

export const oneShotLearning: Exercise = defineExercise({
  id: 'one-shot-learning',
  title: { en: 'One-shot learning', ja: 'ワンショット学習' },
  summary: 'Recognises generated characters of unseen alphabets by one example of each.',
  rows: [117],
  parameters: {
    channels: {
      type: 'integer',
      default: 64,
      quick: 24,
      min: 1,
      max: 256,
      description: 'of each of the four blocks',
    },
    alphabets: {
      type: 'integer',
      default: 30,
      quick: 8,
      min: 1,
      max: 100,
      description: `generated for training, of ${CHARACTERS} characters each`,
    },
    drawings: {
      type: 'integer',
      default: 20,
      quick: 10,
      min: SHOTS + QUERIES,
      max: 100,
      description: 'of each character',
    },
    way: { type: 'integer', default: 60, quick: 20, min: 2, max: 100, description: 'classes in a training episode' },
    queries: { type: 'integer', default: 5, quick: 2, min: 1, max: 9, description: 'of each class in a training episode' },
    episodes: { type: 'integer', default: 500, quick: 100, min: 1, max: 1e6, description: 'training steps' },
    lr: { type: 'number', default: 0.001, quick: 0.003, min: 1e-6, max: 1, description: 'learning rate' },
  }, // prettier-ignore
  charts: { loss: { x: 'episode', y: 'cross-entropy', scale: 'log' } },
  async *run({ parameters, seed }) {
    const { channels, alphabets, drawings, way, queries, episodes, lr } = parameters;
    const generator = new Generator(seed);
    const size = { characters: CHARACTERS, drawings, generator };
    const glyphs = makeGlyphs({ alphabets, ...size });
    yield { type: 'progress', step: 0, total: episodes };
    const unseen = makeGlyphs({ alphabets: UNSEEN, ...size });
    yield { type: 'progress', step: 0, total: episodes };
    const tests = Array.from({ length: TESTS }, () =>
      newEpisode(unseen, [WAY, SHOTS, QUERIES], generator),
    );

    const f = new ConvEmbedding(1, { channels: Array<number>(4).fill(channels), generator });
    const model = new PrototypicalNetwork(f);
    const pixels = embedded(unseen, (images) => images.flatten(1));
    model.eval(); // or it would take means from the test
    const untrained = embedded(unseen, (images) => f.forward(images));
    model.train();

    const start = performance.now();
    yield* following(training(model, glyphs, { way, queries, episodes, lr }, generator), {
      chart: 'loss',
      name: 'training',
      every: 1,
      total: episodes,
    });
    const time = (performance.now() - start) / episodes;
    yield { type: 'metric', name: 'ms for a training step', value: time };

    model.eval();
    const trained = embedded(unseen, (images) => f.forward(images));
    const rows = [
      ['raw pixels', pixels],
      ['network before training', untrained],
      ['network', trained],
    ] as const;
    const shares: [one: number, five: number][] = [];
    for (const [, points] of rows) {
      shares.push([await accuracy(points, tests, 1), await accuracy(points, tests, SHOTS)]);
    }
    yield {
      type: 'table',
      name: `${WAY} classes of unseen generated alphabets: share recognised`,
      columns: ['nearest by', '1 example', `${SHOTS} examples`],
      rows: rows.map(([name], i) => [name, ...shares[i]!]),
    };
    const [first] = tests as [Episode, ...Episode[]]; // there are 200
    const [guesses] = (await recognised(trained, [first], 1)) as [number[]];
    yield drawn(unseen, first, guesses).shown('episode');
    yield await embeddings({ unseen, points: trained }, first);

    const [[byPixels], , [one, five]] = shares as [[number, number], unknown, [number, number]]; // three rows of two
    const checks = [
      check(117, '5-way 1-shot accuracy on unseen generated alphabets', one).atLeast(0.8),
      check(117, '1-shot errors over those of raw pixels', (1 - one) / (1 - byPixels)).below(0.5),
      check(117, '5-shot errors over 1-shot errors', (1 - five) / (1 - one)).below(0.5),
    ];
    return { checks, trained: { unseen, points: trained } };
  },
  tries: {
    character: {
      title: { en: 'Which character is it, seen once?', ja: '一度だけ見た文字を当てる' },
      parameters: {
        character: { type: 'integer', default: 1, min: 1, max: UNSEEN * CHARACTERS, description: 'one of the unseen alphabets' },
        drawing: { type: 'integer', default: 2, min: 2, max: 100, description: 'which drawing of it is asked about; the first is the example' },
        others: { type: 'integer', default: 0, min: 0, max: 1e6, description: 'other characters beside it for every number' },
      }, // prettier-ignore
      async *run({ unseen, points }, { character, drawing, others }) {
        const drawings = unseen.length / unseen.classes.length;
        if (drawing > drawings)
          throw new UsageError(`--drawing must be at most ${drawings}, got ${drawing}.`);
        const own = character - 1;
        const rest = shuffled(unseen.classes.length, new Generator(others)).filter(
          (label) => label !== own,
        );
        const labels = [own, ...rest.slice(0, WAY - 1)].toSorted((a, b) => a - b);
        const query = own * drawings + drawing - 1;
        const examples = labels.map((label) => [label * drawings]); // the first drawing of each
        const given = scope(() => nearness(points, { examples, queries: [query] }, 1).softmax(1)); // (1, 5)
        const values = [...(await given.data())];
        given.dispose();
        const sheet = [query, ...examples.flat()].map((i) => tileOf(unseen.image(i)));
        yield gallery('the drawing, and one example of each character', sheet, {
          columns: WAY + 1,
          zoom: ZOOM,
        });
        const tokens = labels.map((label) => unseen.classes[label]!);
        yield { type: 'tokens', name: 'probabilities', tokens, values, range: [0, 1] };
        yield {
          type: 'metric',
          name: 'recognised',
          value: Number(values.indexOf(Math.max(...values)) === labels.indexOf(own)),
        };
      },
    },
  },
});
