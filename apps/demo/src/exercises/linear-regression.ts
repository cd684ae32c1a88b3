/**
 * A line through 100 noisy points by gradient descent: after 300 steps the loss is near the square of
 * the noise (0.09), and W and b are where the closed form of the descent says, to nine digits.
 *
 *     y = W x + b      loss = mean((y − d)²)      θ ← θ − lr ∂loss/∂θ
 *
 * Descent from zero has not quite arrived after 300 steps, so W stays about 0.03 below the least
 * squares fit. The loss is quadratic, θ' = θ − lr H (θ − θ*), which gives the whole way in advance.
 */
import { SGD } from '@kasane/optim';
import { Generator, rand, randn, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { check, ofDefaultData } from '../check.ts';
import type { Check } from '../check.ts';
import { requireDescent } from '../descent.ts';
import { defineExercise } from '../exercise.ts';
import type { AsyncPart, Exercise, Points } from '../exercise.ts';
import { float64 } from '../float64.ts';
import { lossCurve, read } from '../losses.ts';
import { pointTry, regressionPicture } from '../pictures/regression.ts';
import type { Regression } from '../pictures/regression.ts';
import { fitLine, mean } from '../statistics.ts';

const LOG_EVERY = 10; // steps between two points of the curve
const LOUDER = [1, 2, 3]; // multiples of the noise that the try with more noise compares

interface Settings {
  readonly points: number;
  readonly slope: number;
  readonly intercept: number;
  readonly noise: number;
  readonly lr: number;
  readonly steps: number;
}

// #region lesson
/** Points on a line, d off by noise: x and d (N). The same seed gives the same x and the same unit noise. */
function draw(
  seed: number,
  { points, slope, intercept, noise }: Settings,
): readonly [x: Tensor, d: Tensor] {
  const options = { generator: new Generator(seed), ...float64() };
  const x = rand([points], options);
  const line = x.mul(slope).add(intercept);
  return [x, line.add(randn([points], options).mul(noise))];
}

/** W and b before anything is learned. */
function zeroLine(): readonly [w: Tensor, b: Tensor] {
  const zero = (): Tensor => tensor(0, { ...float64(), requiresGrad: true });
  return [zero(), zero()];
}

/** mean((W x + b − d)²). */
const lossOf = (
  [w, b]: readonly [w: Tensor, b: Tensor],
  [x, d]: readonly [x: Tensor, d: Tensor],
): Tensor => x.mul(w).add(b).sub(d).square().mean();

/** Descends, and gives the loss before each step. */
function* training(
  line: readonly [w: Tensor, b: Tensor],
  points: readonly [x: Tensor, d: Tensor],
  { lr, steps }: Settings,
): Iterable<Tensor> {
  const step = trainStep(() => lossOf(line, points), new SGD([...line], { lr }));
  for (let i = 0; i < steps; i++) yield step();
}
// #endregion

interface Fit extends Regression {
  readonly w: number;
  readonly b: number;
  readonly loss: number;
}

async function* fit(
  seed: number,
  settings: Settings,
  name: string,
  own?: Points,
): AsyncPart<'loss', Fit> {
  if (own !== undefined) requireDescent(own.x, settings.lr);
  const points =
    own === undefined
      ? draw(seed, settings)
      : ([tensor([...own.x], float64()), tensor([...own.d], float64())] as const);
  const line = zeroLine();
  const curve = { name, every: LOG_EVERY, total: settings.steps };
  yield* lossCurve(training(line, points, settings), curve);
  const loss = await read(lossOf(line, points));
  const [w, b] = await Promise.all(line.map(read));
  const [x, d] = await Promise.all(points.map(async (values) => [...(await values.data())]));
  return { x: x!, d: d!, w: w!, b: b!, loss, fitted: (at) => w! * at + b! };
}

/** Where descent from zero stands after some steps: θ* + (I − lr H)^steps (0 − θ*). */
function closedForm(
  x: readonly number[],
  best: { slope: number; intercept: number },
  lr: number,
  steps: number,
): { w: number; b: number } {
  // H = 2 [mean(x²) mean(x); mean(x) 1]
  const [xx, x1] = [mean(x.map((value) => value * value)), mean(x)];
  let [w, b] = [-best.slope, -best.intercept];
  for (let step = 0; step < steps; step++) {
    [w, b] = [w - 2 * lr * (xx * w + x1 * b), b - 2 * lr * (x1 * w + b)];
  }
  return { w: best.slope + w, b: best.intercept + b };
}

export const linearRegression: Exercise = defineExercise({
  id: 'linear-regression',
  title: { en: 'Linear regression', ja: '線形回帰' },
  summary: 'Fits a line to 100 noisy points by gradient descent on the mean squared error.',
  rows: [89, 90, 91, 92, 93],
  parameters: {
    points: {
      ofDefaultData: true,
      type: 'integer',
      default: 100,
      min: 3,
      max: 1e5,
      description: 'points to fit',
    },
    slope: {
      ofDefaultData: true,
      type: 'number',
      default: 3,
      min: -100,
      max: 100,
      description: 'true slope',
    },
    intercept: {
      ofDefaultData: true,
      type: 'number',
      default: 2,
      min: -100,
      max: 100,
      description: 'true intercept',
    },
    noise: {
      ofDefaultData: true,
      type: 'number',
      default: 0.3,
      min: 0,
      max: 100,
      description: 'standard deviation of the noise',
    },
    lr: { type: 'number', default: 0.1, min: 1e-6, max: 0.5, description: 'learning rate' },
    steps: {
      type: 'integer',
      default: 300,
      min: 10,
      max: 1e6,
      description: 'steps of descent, each on all points',
    },
  },
  data: 'points',
  plane: { x: [0, 1], y: [0, 6] },
  variants: {
    'noise-01': {
      title: { en: 'Try: noise 0.1, d = 2.5x + 2', ja: 'noise=0.1、d=2.5x+2' },
      parameters: { noise: 0.1, slope: 2.5 },
    },
    'more-noise': {
      title: { en: 'Try: twice and three times the noise', ja: 'ノイズを大きく' },
      parameters: {},
    },
    'noise-003': {
      title: { en: 'Try: noise 0.03', ja: 'noise=0.03' },
      parameters: { noise: 0.03 },
    },
    falling: {
      title: { en: 'Try: a negative slope, d = −3x + 2', ja: '負の傾き、d=-3x+2' },
      parameters: { slope: -3 },
    },
    steep: { title: { en: 'd = 6x + 2', ja: 'd=6x+2' }, parameters: { slope: 6 } },
    'noise-08': {
      title: { en: 'd = 5x − 1, noise 0.8', ja: 'd=5x-1、noise=0.8' },
      parameters: { slope: 5, intercept: -1, noise: 0.8 },
    },
  },
  charts: {
    loss: { x: 'step', y: 'mean squared error', scale: 'log' },
  },
  async *run({ parameters, variant, seed, data }) {
    const { slope, intercept, noise, lr, steps } = parameters;
    const trained = yield* fit(seed, parameters, 'loss', data);
    const { x, d, w, b, loss } = trained;
    const best = fitLine(x, d);
    const ahead = closedForm(x, best, lr, steps);

    const truth = (at: number): number => slope * at + intercept;
    yield regressionPicture('points and lines', trained, data === undefined ? { truth } : {});
    yield { type: 'metric', name: 'W', value: w };
    yield { type: 'metric', name: 'b', value: b };
    yield { type: 'metric', name: 'loss', value: loss };

    const row = {
      default: 89,
      'noise-01': 90,
      'more-noise': 91,
      'noise-003': 92,
      falling: 93,
      steep: 89,
      'noise-08': 89,
    }[variant];
    const always: Check[] = [
      check(row, 'W against the closed form of the descent', Math.abs(w - ahead.w)).below(1e-9),
      check(row, 'b against the closed form of the descent', Math.abs(b - ahead.b)).below(1e-9),
    ];
    const checks: Check[] = [];
    if (variant === 'default') {
      checks.push(
        check(row, 'W against least squares', w).near(best.slope, 0.08),
        check(row, 'b against least squares', b).near(best.intercept, 0.04),
        check(row, 'loss, near noise²', loss).on('loss').near(0.09, 0.04),
      );
    }
    if (variant === 'noise-01') {
      checks.push(
        check(row, 'W', w).near(2.48, 0.15),
        check(row, 'b', b).near(2.01, 0.08),
        check(row, 'loss, near noise²', loss).on('loss').near(0.01, 0.005),
      );
    }
    if (variant === 'more-noise' && data === undefined) {
      const losses: number[] = [];
      for (const times of LOUDER) {
        const louder = { ...parameters, noise: noise * times };
        losses.push((yield* fit(seed, louder, `noise ${louder.noise.toFixed(1)}`)).loss);
      }
      for (const [i, times] of LOUDER.entries()) {
        if (i === 0) continue;
        const ratio = losses[i]! / losses[0]! / times ** 2;
        checks.push(
          check(row, `loss at ${times} times the noise, over ${times}² times the loss`, ratio).near(
            1,
            0.3,
          ),
        );
      }
    }
    if (variant === 'noise-003') {
      const residual = mean(x.map((xi, i) => (w * xi + b - d[i]!) ** 2));
      const spread = mean(d.map((di) => (di - mean(d)) ** 2));
      checks.push(check(row, 'R² of the line', 1 - residual / spread).above(0.99));
    }
    if (variant === 'falling') checks.push(check(row, 'W', w).below(0));
    return { checks: [...always, ...ofDefaultData(data, checks)], trained };
  },
  tries: { point: pointTry(0.5, [-10, 10]) },
});
