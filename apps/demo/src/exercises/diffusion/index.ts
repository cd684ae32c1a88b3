/**
 * Points of noise that move to where data is: diffusion in the plane, and flow matching beside it.
 *
 *     diffusion      x_t = a x + s ε,           f(x_t, t, c) ≈ v = a ε − s x
 *     flow matching  x_t = (1 − t) ε + t x,     f(x_t, t, c) ≈ x − ε
 *     guidance       f(x, t) + scale (f(x, t, c) − f(x, t))
 *
 * The network learns one thing: which way leads out of the noise. To make a point, noise is drawn and moved that way, step by step. The class c
 * of a point, its Gaussian or its moon, is left out in a tenth of the training, so that the network knows of points with and without;
 * a scale above 1 goes further into the class than the data did.
 */
import { mmd, precisionRecall } from '@kasane/generative';
import { Generator, tensor, type Tensor } from '@kasane/tensor-core';
import { check, type Check } from '../../check.ts';
import type { PointGroup, ScatterEvent } from '../../events/event.ts';
import { defineExercise, type Exercise } from '../../exercise.ts';
import { following } from '../../following.ts';
import { largestDifference, mean } from '../../statistics.ts';
import { UsageError } from '../../usage-error.ts';
import { METHODS, Model, TIMES } from './model.ts';
import { classesOf, distance, drawn, reach, SHAPES, type Shape } from './points.ts';

const SHOWN = 600; // points of a scatter
const COMPARED = 1000; // points that are measured
const STEPS = 25; // of the scatters
const MOMENTS = [5, 10, 15, 20, 25]; // of them, that are shown
const TABLE = [2, 5, 10, 25, 50]; // steps of the table
const WAYS = 10; // points whose ways are drawn

export const diffusion: Exercise = defineExercise({
  id: 'diffusion',
  title: { en: 'Diffusion: from noise to data', ja: '拡散モデル（雑音からデータへ）' },
  summary:
    'Learns which way leads out of noise, and moves noise along it to eight Gaussians or two moons.',
  rows: [],
  parameters: {
    shape: { type: 'choice', options: SHAPES, default: '8 Gaussians', description: 'what is learned' },
    method: { type: 'choice', options: METHODS, default: 'diffusion', description: 'how' },
    width: { type: 'integer', default: 128, quick: 64, min: 1, max: 1024, description: 'units of each of the three hidden layers' },
    lr: { type: 'number', default: 0.005, min: 1e-6, max: 1, description: 'learning rate of Adam at first; it falls to 0' },
    batch: { type: 'integer', default: 256, min: 1, max: 10_000, description: 'points in a step' },
    steps: { type: 'integer', default: 8000, quick: 2500, min: 10, max: 1_000_000, description: 'steps' },
  }, // prettier-ignore
  variants: {
    'two-moons': { title: { en: 'Two moons', ja: '二つの三日月' }, parameters: { shape: 'two moons' } },
    'flow-matching': { title: { en: 'Flow matching', ja: 'フローマッチング' }, parameters: { method: 'flow matching' } },
  }, // prettier-ignore
  charts: { loss: { x: 'step', y: 'mean squared error', dots: ['step'] } },
  async *run({ parameters, preset, seed }) {
    const { shape, steps, method } = parameters;
    const generator = new Generator(seed);
    const model = new Model(parameters, generator);
    const losses = yield* following(model.training(), { chart: 'loss', name: 'step', every: 20, total: steps }); // prettier-ignore

    const real = drawn(shape, COMPARED, generator);
    yield scatter('data', shape, await pairs(real.x), await numbers(real.labels));
    const { labels } = drawn(shape, COMPARED, generator);
    const classes = await numbers(labels);
    const noise = model.noise(COMPARED);
    const moments: Tensor[] = [noise];
    const made = await model.make(noise, labels, {
      steps: STEPS,
      onProgress: ({ values }) => void moments.push(values.detach()),
    });
    const places: (readonly [number, number])[][] = [];
    for (const moment of moments) places.push(await pairs(moment));
    yield scatter('noise, in the colours of what it becomes', shape, places[0]!, classes);
    for (const at of MOMENTS) {
      yield scatter(`after ${at} of ${STEPS} steps`, shape, places[at]!, classes);
    }
    yield ways(places, classes);

    const rows: (string | number)[][] = [];
    for (const count of TABLE) {
      const points = await model.make(noise, labels, { steps: count });
      rows.push([`${count} steps`, ...(await qualities(shape, points, real.x, classes))]);
    }
    if (method === 'diffusion') {
      const ancestral = await model.make(noise, labels, { steps: TIMES, eta: 1 });
      const found = await qualities(shape, ancestral, real.x, classes);
      rows.push([`${TIMES} steps, each with new noise`, ...found]);
    }
    const again = drawn(shape, COMPARED, generator);
    const best = await qualities(shape, again.x, real.x, await numbers(again.labels));
    rows.push(['data itself', ...best]);
    yield {
      type: 'table',
      name: `${COMPARED} points that were made, beside as many of the data`,
      columns: ['made in', 'MMD²', 'within 3 σ of their class', 'precision', 'recall'],
      rows,
    };

    const [gap, near, precision, recall] = await qualities(shape, made, real.x, classes);
    const twice = await model.make(noise, labels, { steps: STEPS });
    const apart = largestDifference((await pairs(made)).flat(), (await pairs(twice)).flat());
    const counts = Array.from({ length: classesOf(shape) }, (_, c) => c).map((c) =>
      places.at(-1)!.filter((point) => nearest(shape, point) === c).length); // prettier-ignore
    const begin = mean(losses.slice(0, 20));
    const isQuick = preset === 'quick';
    const checks: Check[] = [
      check([], 'error of the last 100 steps beside that of the first 20', mean(losses.slice(-100)) / begin).below(0.9),
      check([], 'MMD² of made points and data', gap).below(isQuick ? 0.02 : 0.01),
      check([], 'share of made points within 3 σ of the class that was asked for', near).atLeast(0.9),
      check([], 'share of the fewest points of a class, of an equal share', (Math.min(...counts) * counts.length) / COMPARED).above(0.5),
      check([], 'precision', precision).above(0.85),
      check([], 'recall', recall).above(0.85),
      check([], 'the same noise makes the same points: largest difference', apart).equals(0),
    ]; // prettier-ignore
    return { checks, trained: model };
  },
  tries: {
    make: {
      title: { en: 'Make points in steps of your own', ja: '好きなステップ数で生成する' },
      parameters: {
        moves: { type: 'integer', default: 10, min: 1, max: TIMES, description: 'steps from noise to data' },
        scale: { type: 'number', default: 1, min: 0, max: 10, description: 'how much the class counts: 0 not at all, 1 as in the data' },
        class: { type: 'integer', default: 0, min: -1, max: 7, description: 'which class; -1 for all of them' },
      }, // prettier-ignore
      async *run(model, { moves, scale, class: asked }) {
        const { shape } = model.settings;
        const count = classesOf(shape);
        if (asked >= count) {
          throw new UsageError(`demo run: there are classes 0 to ${count - 1}, and -1 for all, got ${asked}.`);
        }
        const own = Array.from({ length: SHOWN }, (_, i) => (asked < 0 ? i % count : asked));
        const labels = tensor(Int32Array.from(own));
        const made = await model.make(model.noise(SHOWN), labels, { steps: moves, scale });
        const points = await pairs(made);
        const data = await pairs(model.data(SHOWN));
        yield {
          type: 'scatter',
          name: `made in ${moves} steps, scale ${scale}`,
          x: 'x',
          y: 'y',
          groups: [
            { name: 'data', x: data.map(([x]) => x), y: data.map(([, y]) => y) },
            { name: 'made', x: points.map(([x]) => x), y: points.map(([, y]) => y) },
          ],
        };
        const right = points.filter((point, i) => nearest(shape, point) === own[i]).length;
        yield { type: 'metric', name: 'share of points of the class that was asked for', value: right / SHOWN };
      }, // prettier-ignore
    },
  },
});

/** MMD², the share of points near their class, precision and recall. */
async function qualities(
  shape: Shape,
  made: Tensor,
  real: Tensor,
  classes: readonly number[],
): Promise<[gap: number, near: number, precision: number, recall: number]> {
  const points = await pairs(made);
  const near = points.filter((point, i) => distance(shape, classes[i]!, point) <= reach(shape));
  const gap = mmd(made, real, { bandwidth: 0.5 });
  const { precision, recall } = precisionRecall(real, made);
  return [(await numbers(gap))[0]!, near.length / points.length, precision, recall];
}

/** The class whose middle is nearest to a point. */
function nearest(shape: Shape, point: readonly [number, number]): number {
  const apart = Array.from({ length: classesOf(shape) }, (_, c) => distance(shape, c, point));
  return apart.indexOf(Math.min(...apart));
}

async function numbers(values: Tensor): Promise<number[]> {
  return Array.from(await values.data(), Number);
}

/** The rows of (N, 2). */
async function pairs(points: Tensor): Promise<(readonly [x: number, y: number])[]> {
  const values = await numbers(points);
  return Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i]!, values[2 * i + 1]!]);
}

function scatter(
  name: string,
  shape: Shape,
  points: readonly (readonly [number, number])[],
  classes: readonly number[],
): ScatterEvent {
  const shown = points.slice(0, SHOWN).map((point, i) => ({ point, own: classes[i]! }));
  const groups = Array.from({ length: classesOf(shape) }, (_, c) => {
    const members = shown.filter(({ own }) => own === c).map(({ point }) => point);
    return { name: `class ${c}`, x: members.map(([x]) => x), y: members.map(([, y]) => y) };
  });
  return { type: 'scatter', name, x: 'x', y: 'y', groups };
}

/** The ways of some points from noise to data, as lines. */
function ways(
  places: readonly (readonly (readonly [number, number])[])[],
  classes: readonly number[],
): ScatterEvent {
  const groups = Array.from({ length: WAYS }, (_, i): PointGroup => {
    const way = places.map((points) => points[i]!);
    return {
      name: `point ${i + 1}, class ${classes[i]}`,
      x: way.map(([x]) => x),
      y: way.map(([, y]) => y),
      line: true,
    };
  });
  return { type: 'scatter', name: 'ways from noise to data', x: 'x', y: 'y', groups };
}
