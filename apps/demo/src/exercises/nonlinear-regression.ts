/**
 * A polynomial through 100 noisy points with Adam: after 10,000 steps the loss is near the square of
 * the noise (0.0025) and every coefficient within 0.05 of the true cubic.
 *
 *     y = Σ_j w_j x^j      loss = mean((y − d)²)
 *
 * Adam moves a weight by about lr at each step, whatever the gradient, so lr 0.001 reaches no further
 * than 10 in 10,000 steps: enough for the cubics, not for 30x². Its ε is 1e-8, TensorFlow's default, but is added to
 * the corrected root of v, as in the paper, where TensorFlow 1 adds it before the correction.
 */
import { Adam } from '@kasane/optim';
import { Generator, rand, randn, stack, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { check, ofDefaultData } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { AsyncPart, Exercise, Points } from '../exercise.ts';
import { lossCurve, read } from '../losses.ts';
import { pointTry, regressionPicture } from '../pictures/regression.ts';
import type { Regression } from '../pictures/regression.ts';

const LOG_EVERY = 100; // steps between two points of the curve
const SAMPLES = 5; // in the try with much noise
const POLYNOMIALS = {
  course: [1, -2.8, 1.6, -0.4], // d = −0.4x³ + 1.6x² − 2.8x + 1
  try: [0.3, -4, 1, -1], // d = −x³ + x² − 4x + 0.3
  quadratic: [0.2, 0.5, 30, 0], // d = 30x² + 0.5x + 0.2
} as const; // the constant first

interface Settings {
  readonly points: number;
  readonly polynomial: keyof typeof POLYNOMIALS;
  readonly features: number;
  readonly noise: number;
  readonly lr: number;
  readonly steps: number;
}

// #region lesson
/** The powers (N, F) of points x from −2 to 2, and d (N, 1), the true polynomial and noise. */
function draw(
  generator: Generator,
  { points, polynomial, features, noise }: Settings,
): readonly [x: Tensor, powers: Tensor, d: Tensor] {
  const x = rand([points], { generator }).mul(4).sub(2); // (N)
  const powers = stack(
    Array.from({ length: features }, (_, j) => x.pow(j)),
    1,
  );
  const terms = POLYNOMIALS[polynomial].map((c, j) => x.pow(j).mul(c));
  const truth = stack(terms, 1).sum(1, { keepdim: true }); // (N, 1)
  return [x, powers, truth.add(randn([points, 1], { generator }).mul(noise))];
}

/** Points of somebody's own in the same form. */
function given({ x: places, d }: Points, features: number): readonly [x: Tensor, powers: Tensor, d: Tensor] {
  const x = tensor([...places]); // (N)
  const powers = stack(Array.from({ length: features }, (_, j) => x.pow(j)), 1);
  return [x, powers, tensor([...d], [d.length, 1])];
} // prettier-ignore

/** w (F, 1) from N(0, 0.01²). There is no bias: the first power is 1. */
function weights(generator: Generator, features: number): Tensor {
  const w = randn([features, 1], { generator }).mul(0.01);
  w.requiresGrad = true;
  return w;
}

const lossOf = (w: Tensor, powers: Tensor, d: Tensor): Tensor =>
  powers.matmul(w).sub(d).square().mean();

/** Trains w, and gives the loss before each step. */
function* training(
  w: Tensor,
  [powers, d]: readonly [powers: Tensor, d: Tensor],
  { lr, steps }: Settings,
): Iterable<Tensor> {
  const step = trainStep(() => lossOf(w, powers, d), new Adam([w], { lr, eps: 1e-8 }));
  for (let i = 0; i < steps; i++) yield step();
}
// #endregion

const evaluate = (w: readonly number[], x: number): number =>
  w.reduceRight((sum, wj) => sum * x + wj, 0);

interface Fit extends Regression {
  readonly w: readonly number[];
  readonly loss: number;
}

async function* fit(
  seed: number,
  settings: Settings,
  name: string,
  own?: Points,
): AsyncPart<'loss', Fit> {
  const generator = new Generator(seed);
  const [x, powers, d] =
    own === undefined ? draw(generator, settings) : given(own, settings.features);
  const w = weights(generator, settings.features);
  const curve = { name, every: LOG_EVERY, total: settings.steps };
  yield* lossCurve(training(w, [powers, d], settings), curve);
  const loss = await read(lossOf(w, powers, d));
  const found = [...(await w.data())];
  return {
    x: [...(await x.data())],
    d: [...(await d.data())],
    w: found,
    loss,
    fitted: (at) => evaluate(found, at),
  };
}

/** Holds the first fit against what the course's settings give; others are of the same settings and other samples. */
function checksOf(
  variant: 'default' | 'noise-05' | 'noise-5' | 'quadratic' | 'quadratic-slow' | 'quadratic-exact',
  truth: readonly number[],
  fits: readonly [Fit, ...Fit[]],
): Check[] {
  const [{ w, loss }] = fits;
  const coefficients = (row: number, tolerances: readonly number[]): Check[] =>
    tolerances.map((tolerance, j) =>
      check(row, `coefficient of x^${j}`, w[j] ?? 0).near(truth[j]!, tolerance),
    );
  switch (variant) {
    case 'default':
      return [
        check(94, 'loss, near noise²', loss).on('loss').near(0.0025, 0.0012),
        ...coefficients(94, [0.05, 0.05, 0.05, 0.05]),
      ];
    case 'noise-05':
      return [
        check(95, 'loss, near noise²', loss).on('loss').near(0.25, 0.12),
        ...coefficients(95, [0.5, 0.5, 0.5, 0.5]),
      ];
    case 'noise-5': {
      const off = fits.filter((one) => truth.some((c, j) => Math.abs((one.w[j] ?? 0) - c) > 0.3));
      return [
        check(96, 'loss, near noise²', loss).on('loss').near(25, 11),
        check(
          96,
          `samples of ${fits.length} with a coefficient off by more than 0.3`,
          off.length,
        ).above(fits.length / 2),
      ];
    }
    case 'quadratic':
      return [
        check(97, 'loss, near noise²', loss).on('loss').near(0.25, 0.11),
        ...coefficients(97, [0.3, 0.18, 0.17]),
      ];
    case 'quadratic-slow':
      return [check(97, 'loss', loss).on('loss').above(100)];
    case 'quadratic-exact':
      return [check(97, 'loss', loss).on('loss').below(1e-5)];
  }
}

export const nonlinearRegression: Exercise = defineExercise({
  id: 'nonlinear-regression',
  title: { en: 'Nonlinear regression', ja: '非線形回帰' },
  summary: 'Fits a polynomial to 100 noisy points with Adam.',
  rows: [94, 95, 96, 97],
  parameters: {
    points: {
      ofDefaultData: true,
      type: 'integer',
      default: 100,
      min: 4,
      max: 1e5,
      description: 'points to fit',
    },
    polynomial: {
      ofDefaultData: true,
      type: 'choice',
      options: ['course', 'try', 'quadratic'],
      default: 'course',
      description: 'what the points lie on',
    },
    features: {
      type: 'integer',
      default: 4,
      min: 1,
      max: 8,
      description: 'powers of x, the constant included',
    },
    noise: {
      ofDefaultData: true,
      type: 'number',
      default: 0.05,
      min: 0,
      max: 100,
      description: 'standard deviation of the noise',
    },
    lr: { type: 'number', default: 0.001, min: 1e-7, max: 1, description: "Adam's learning rate" },
    steps: {
      type: 'integer',
      default: 10_000,
      min: 100,
      max: 1e6,
      description: 'steps, each on all points',
    },
  },
  data: 'points',
  plane: { x: [-2, 2], y: [-2, 16] },
  variants: {
    'noise-05': {
      title: { en: 'Try: d = −x³ + x² − 4x + 0.3, noise 0.5', ja: 'd=-x³+x²-4x+0.3、noise=0.5' },
      parameters: { polynomial: 'try', noise: 0.5 },
    },
    'noise-5': { title: { en: 'Try: noise 5', ja: 'noise=5' }, parameters: { noise: 5 } },
    quadratic: {
      title: {
        en: 'Try: 30x² + 0.5x + 0.2, learning rate 0.05, 30,000 steps',
        ja: '30x²+0.5x+0.2、学習率0.05、3万回',
      },
      parameters: { polynomial: 'quadratic', features: 3, noise: 0.5, lr: 0.05, steps: 30_000 },
    },
    'quadratic-slow': {
      title: { en: 'The same with the settings left alone', ja: '30x²+0.5x+0.2、設定そのまま' },
      parameters: { polynomial: 'quadratic', noise: 0.5 },
    },
    'quadratic-exact': {
      title: { en: 'The same without noise, learning rate 0.01', ja: '30x²+0.5x+0.2、ノイズなし' },
      parameters: { polynomial: 'quadratic', features: 3, noise: 0, lr: 0.01, steps: 30_000 },
    },
  },
  charts: {
    loss: { x: 'step', y: 'mean squared error', scale: 'log' },
  },
  async *run({ parameters, variant, seed, data }) {
    const truth = POLYNOMIALS[parameters.polynomial];
    const trained = yield* fit(seed, parameters, 'loss', data);
    const { w, loss } = trained;
    const drawn = { truth: (at: number) => evaluate(truth, at) };
    yield regressionPicture('points and curves', trained, data === undefined ? drawn : {});
    yield {
      type: 'table',
      name: 'coefficients',
      columns: data === undefined ? ['of', 'true', 'fitted'] : ['of', 'fitted'],
      rows: w.map((wj, j) => [`x^${j}`, ...(data === undefined ? [truth[j] ?? 0] : []), wj]),
    };
    yield { type: 'metric', name: 'loss', value: loss };

    const fits: [Fit, ...Fit[]] = [trained];
    if (variant === 'noise-5' && data === undefined) {
      for (let sample = seed + 1; sample < seed + SAMPLES; sample++) {
        fits.push(yield* fit(sample, parameters, `seed ${sample}`));
      }
    }
    return { checks: ofDefaultData(data, checksOf(variant, truth, fits)), trained };
  },
  tries: { point: pointTry(1, [-10, 10]) },
});
