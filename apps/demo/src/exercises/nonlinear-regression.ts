/**
 * A polynomial through 100 noisy points with Adam: after 10,000 steps the loss is near the square of
 * the noise (0.0025) and every coefficient within 0.05 of the true cubic.
 *
 *     y = Σ_j w_j x^j      loss = mean((y − d)²)
 *
 * Adam moves a weight by about lr at each step, whatever the gradient, so lr 0.001 reaches no further
 * than 10 in 10,000 steps: enough for the cubics, not for 30x².
 */
import { backward } from '@kasane/autograd';
import { Adam } from '@kasane/optim';
import { Generator, rand, randn, scope, stack } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise, Part } from '../exercise.ts';

const LOG_EVERY = 100; // steps between two points of the curve
const DATA_SEEDS = 5; // samples in the try with much noise
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

interface Fit {
  readonly x: readonly number[];
  readonly d: readonly number[];
  readonly w: readonly number[];
  readonly loss: number;
}

const evaluate = (w: readonly number[], x: number): number =>
  w.reduceRight((sum, wj) => sum * x + wj, 0);

function* fit(
  seed: number,
  { points, polynomial, features, noise, lr, steps }: Settings,
  name: string,
): Part<'loss', Fit> {
  const options = { generator: new Generator(seed) } as const;
  const x = rand([points], options).mul(4).sub(2); // (N), from −2 to 2
  const powers = stack(
    Array.from({ length: features }, (_, j) => x.pow(j)),
    1,
  ); // (N, F)
  const truth = stack(
    POLYNOMIALS[polynomial].map((c, j) => x.pow(j).mul(c)),
    1,
  ).sum(1, { keepdim: true }); // (N, 1)
  const d = truth.add(randn([points, 1], options).mul(noise)); // (N, 1)
  const w = randn([features, 1], options).mul(0.01); // (F, 1)
  w.requiresGrad = true;
  const optimizer = new Adam([w], { lr });
  const lossOf = (): Tensor => powers.matmul(w).sub(d).square().mean();

  for (let step = 1; step <= steps; step++) {
    const loss = scope(() => {
      const loss = lossOf();
      optimizer.zeroGrad();
      backward(loss);
      optimizer.step();
      return loss.item();
    });
    if (step % LOG_EVERY > 0) continue;
    yield { type: 'progress', step, total: steps, loss };
    yield { type: 'series', chart: 'loss', name, x: step, y: loss };
  }
  return {
    x: [...x.dataSync()],
    d: [...d.dataSync()],
    w: [...w.detach().dataSync()],
    loss: lossOf().item(),
  };
}

export const nonlinearRegression: Exercise = defineExercise({
  id: 'nonlinear-regression',
  title: { en: 'Nonlinear regression', ja: '非線形回帰' },
  summary: 'Fits a polynomial to 100 noisy points with Adam.',
  rows: [94, 95, 96, 97],
  packages: ['@kasane/tensor-core', '@kasane/autograd', '@kasane/optim'],
  parameters: {
    points: { type: 'integer', default: 100, min: 4, max: 1e5, description: 'points to fit' },
    polynomial: {
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
    curve: { x: 'x', y: 'd', dots: ['points'] },
  },
  *run({ parameters, variant, seed }) {
    const truth = POLYNOMIALS[parameters.polynomial];
    const { x, d, w, loss } = yield* fit(seed, parameters, 'loss');

    const grid = Array.from({ length: 81 }, (_, i) => -2 + i / 20);
    yield { type: 'series', chart: 'curve', name: 'points', x, y: d };
    yield {
      type: 'series',
      chart: 'curve',
      name: 'fitted',
      x: grid,
      y: grid.map((at) => evaluate(w, at)),
    };
    yield {
      type: 'series',
      chart: 'curve',
      name: 'true',
      x: grid,
      y: grid.map((at) => evaluate(truth, at)),
    };
    yield {
      type: 'table',
      name: 'coefficients',
      columns: ['of', 'true', 'fitted'],
      rows: w.map((wj, j) => [`x^${j}`, truth[j] ?? 0, wj]),
    };
    yield { type: 'metric', name: 'loss', value: loss };

    const coefficients = (row: number, tolerances: readonly number[]): Check[] =>
      tolerances.map((tolerance, j) =>
        check(row, `coefficient of x^${j}`, w[j]!).near(truth[j]!, tolerance),
      );
    switch (variant) {
      case 'default':
        return [
          check(94, 'loss, near noise²', loss).near(0.0025, 0.0012),
          ...coefficients(94, [0.05, 0.05, 0.05, 0.05]),
        ];
      case 'noise-05':
        return [
          check(95, 'loss, near noise²', loss).near(0.25, 0.12),
          ...coefficients(95, [0.5, 0.5, 0.5, 0.5]),
        ];
      case 'noise-5': {
        const fits = [w];
        for (let s = seed + 1; s < seed + DATA_SEEDS; s++)
          fits.push((yield* fit(s, parameters, `seed ${s}`)).w);
        const off = fits.filter((one) =>
          one.some((wj, j) => Math.abs(wj - truth[j]!) > 0.3),
        ).length;
        return [
          check(96, 'loss, near noise²', loss).near(25, 11),
          check(96, `samples of ${DATA_SEEDS} with a coefficient off by more than 0.3`, off).above(
            DATA_SEEDS / 2,
          ),
        ];
      }
      case 'quadratic':
        return [
          check(97, 'loss, near noise²', loss).near(0.25, 0.11),
          ...coefficients(97, [0.3, 0.18, 0.17]),
        ];
      case 'quadratic-slow':
        return [check(97, 'loss', loss).above(100)];
      case 'quadratic-exact':
        return [check(97, 'loss', loss).below(1e-5)];
    }
  },
});
