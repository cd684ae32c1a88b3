/**
 * One-shot learning: a network that has learned to compare tells characters apart that it has seen once.
 *
 *     p_k = mean of f(examples of class k)      P(k | x) = softmax_k(−|f(x) − p_k|²)
 *
 * Every step is an episode with classes of its own, so f learns what makes two drawings the same
 * character, whichever it is. The alphabets of the test are others than those of the training.
 */
import { backward } from '@kasane/autograd';
import { makeGlyphs, type LabeledImages } from '@kasane/datasets';
import { ConvEmbedding, PrototypicalNetwork } from '@kasane/layers-cnn';
import { crossEntropy, Flatten } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { concat, Generator, noGrad, randperm, scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { Canvas, tileOf } from '../pictures/canvas.ts';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { mean } from '../statistics.ts';

const CHARACTERS = 20; // of an alphabet
const UNSEEN = 4; // alphabets for the test
const WAY = 5; // classes of a test episode
const SHOTS = 5; // examples of a class, at most
const QUERIES = 5; // drawings of a class to be recognised
const TESTS = 200; // episodes
const AT_ONCE = 100; // drawings embedded at once
const [ZOOM, GAP] = [2, 4];

/** Drawings by their numbers, class after class. */
interface Episode {
  readonly examples: readonly (readonly number[])[];
  readonly queries: readonly number[];
  /** The place of each query's class. */
  readonly wanted: readonly number[];
}

const places = (numbers: readonly number[]): Tensor => tensor(numbers, [numbers.length], { dtype: 'int32' }); // prettier-ignore

function newEpisode(
  glyphs: LabeledImages,
  [way, shots, queries]: readonly [number, number, number],
  generator: Generator,
): Episode {
  const drawings = glyphs.length / glyphs.classes.length;
  const some = (count: number, of: number): number[] =>
    scope(() => [...randperm(of, { generator }).slice(0, 0, count).dataSync()]);
  const picked = some(way, glyphs.classes.length).map((label) =>
    some(shots + queries, drawings).map((drawing) => label * drawings + drawing),
  );
  return {
    examples: picked.map((own) => own.slice(0, shots)),
    queries: picked.flatMap((own) => own.slice(shots)),
    wanted: picked.flatMap((own, k) => own.slice(shots).map(() => k)),
  };
}

/** Where a point for every drawing stands: (N, D). */
function embedded(glyphs: LabeledImages, f: (images: Tensor) => Tensor): Tensor {
  const parts: Tensor[] = [];
  for (let from = 0; from < glyphs.length; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, glyphs.length - from) }, (_, i) => from + i); // prettier-ignore
    parts.push(scope(() => noGrad(() => f(glyphs.getBatch(numbers)[0]))));
  }
  return concat(parts, 0);
}

/** The nearest class of each query, by the first `shots` examples. */
function recognised(points: Tensor, { examples, queries }: Episode, shots: number): number[] {
  const nearest = new PrototypicalNetwork(new Flatten());
  return scope(() => {
    const support = examples.flatMap((own) => own.slice(0, shots));
    const logits = nearest.forward(
      points.indexSelect(0, places(support)).reshape([examples.length, shots, -1, 1, 1]),
      points.indexSelect(0, places(queries)).reshape([queries.length, -1, 1, 1]),
    );
    return [...logits.argmax(1).dataSync()];
  });
}

/** The share of queries that are recognised, over all episodes. */
const accuracy = (points: Tensor, episodes: readonly Episode[], shots: number): number =>
  mean(episodes.map((episode) => {
    const guesses = recognised(points, episode, shots);
    return mean(guesses.map((guess, i) => Number(guess === episode.wanted[i])));
  })); // prettier-ignore

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
      if (episode.wanted[i] !== k) canvas.frame([left, top, left + edge, top + edge], [255, 60, 60]); // prettier-ignore
    });
  });
  return canvas;
}

export const oneShotLearning: Exercise = defineExercise({
  id: 'one-shot-learning',
  title: { en: 'One-shot learning', ja: 'ワンショット学習' },
  summary: 'Recognises generated characters of unseen alphabets by one example of each.',
  rows: [117],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/optim',
    '@kasane/datasets',
    '@kasane/layers-cnn',
  ],
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
    way: { type: 'integer', default: 60, quick: 20, min: 2, max: 100, description: 'classes in a training episode' }, // prettier-ignore
    queries: { type: 'integer', default: 5, quick: 2, min: 1, max: 9, description: 'of each class in a training episode' }, // prettier-ignore
    episodes: { type: 'integer', default: 500, quick: 100, min: 1, max: 1e6, description: 'training steps' }, // prettier-ignore
    lr: { type: 'number', default: 0.001, quick: 0.003, min: 1e-6, max: 1, description: 'learning rate' }, // prettier-ignore
  },
  charts: { loss: { x: 'episode', y: 'cross-entropy', scale: 'log' } },
  *run({ parameters, seed }) {
    const { channels, alphabets, drawings, way, queries, episodes, lr } = parameters;
    const generator = new Generator(seed);
    const size = { characters: CHARACTERS, drawings, generator };
    const glyphs = makeGlyphs({ alphabets, ...size });
    yield { type: 'progress', step: 0, total: episodes };
    const unseen = makeGlyphs({ alphabets: UNSEEN, ...size });
    yield { type: 'progress', step: 0, total: episodes };
    const tests = Array.from({ length: TESTS }, () => newEpisode(unseen, [WAY, SHOTS, QUERIES], generator)); // prettier-ignore

    const f = new ConvEmbedding(1, { channels: Array<number>(4).fill(channels), generator });
    const model = new PrototypicalNetwork(f);
    const pixels = embedded(unseen, (images) => images.flatten(1));
    model.eval(); // or it would take means from the test
    const untrained = embedded(unseen, (images) => f.forward(images));
    model.train();

    const optimizer = new Adam(model.parameters(), { lr });
    const train = compile(
      (support: Tensor, images: Tensor, wanted: Tensor): Tensor => {
        const loss = crossEntropy(model.forward(support, images), wanted);
        optimizer.zeroGrad();
        backward(loss);
        optimizer.step();
        return loss.detach();
      },
      { onFallback: () => {} }, // only the wasm backend compiles
    );
    const start = performance.now();
    for (let step = 1; step <= episodes; step++) {
      const loss = scope(() => {
        const {
          examples,
          queries: asked,
          wanted,
        } = newEpisode(glyphs, [way, 1, queries], generator);
        const [support] = glyphs.getBatch(examples.flat());
        const [images] = glyphs.getBatch(asked);
        return train(support.unsqueeze(1), images, places(wanted)).item();
      });
      yield { type: 'progress', step, total: episodes, loss };
      yield { type: 'series', chart: 'loss', name: 'training', x: step, y: loss };
    }
    yield { type: 'metric', name: 'ms for a training step', value: (performance.now() - start) / episodes }; // prettier-ignore

    model.eval();
    const trained = embedded(unseen, (images) => f.forward(images));
    const rows = [
      ['raw pixels', pixels],
      ['network before training', untrained],
      ['network', trained],
    ] as const;
    const shares = rows.map(([, points]) =>
      [1, SHOTS].map((shots) => accuracy(points, tests, shots)),
    );
    yield {
      type: 'table',
      name: `${WAY} classes of unseen generated alphabets: share recognised`,
      columns: ['nearest by', '1 example', `${SHOTS} examples`],
      rows: rows.map(([name], i) => [name, ...shares[i]!]),
    };
    const [first] = tests as [Episode, ...Episode[]]; // there are 200
    yield drawn(unseen, first, recognised(trained, first, 1)).shown('episode');

    const [[byPixels], , [one, five]] = shares as [[number, number], unknown, [number, number]]; // three rows of two
    return [
      check(117, '5-way 1-shot accuracy on unseen generated alphabets', one).atLeast(0.8),
      check(117, '1-shot errors over those of raw pixels', (1 - one) / (1 - byPixels)).below(0.5),
      check(117, '5-shot accuracy less 1-shot accuracy', five - one).above(0),
    ];
  },
});
