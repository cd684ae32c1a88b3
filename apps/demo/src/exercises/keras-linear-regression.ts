/**
 * A line through 200 noisy points with one linear layer: after 1,000 steps W is within 0.03 of 0.5, b
 * within 0.02 of 2, and the loss near the square of the noise, 0.0025.
 *
 *     y = W x + b      loss = mean((y − d)²)
 *
 * The same model stands twice: as a stack of layers and as tensors. Nothing is declared before the
 * data arrives in either.
 */
import { backward } from '@kasane/autograd';
import { Linear, mseLoss, Sequential } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { Generator, linspace, randn, randperm, scope } from '@kasane/tensor-core';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { fitLine, largestDifference } from '../statistics.ts';

const LOG_EVERY = 10; // steps between two points of the curve

export const kerasLinearRegression: Exercise = defineExercise({
  id: 'keras-linear-regression',
  title: { en: 'Linear regression with layers', ja: 'Kerasの線形回帰' },
  summary: 'Fits a line with a model of one linear layer, the high-level way.',
  rows: [124],
  packages: ['@kasane/tensor-core', '@kasane/autograd', '@kasane/nn', '@kasane/optim'],
  parameters: {
    points: { type: 'integer', default: 200, min: 3, max: 1e5, description: 'points to fit' },
    noise: {
      type: 'number',
      default: 0.05,
      min: 0,
      max: 10,
      description: 'standard deviation of the noise',
    },
    lr: { type: 'number', default: 0.01, min: 1e-6, max: 0.5, description: 'learning rate' },
    steps: {
      type: 'integer',
      default: 1000,
      min: 10,
      max: 1e6,
      description: 'steps, each on all points',
    },
  },
  charts: {
    loss: { x: 'step', y: 'mean squared error', scale: 'log' },
    line: { x: 'x', y: 'd', dots: ['points'] },
  },
  *run({ parameters: { points, noise, lr, steps }, seed }) {
    const generator = new Generator(seed);
    const order = randperm(points, { generator });
    const x = linspace(-1, 1, points).indexSelect(0, order).reshape([points, 1]); // (N, 1)
    const d = x
      .mul(0.5)
      .add(2)
      .add(randn([points, 1], { generator }).mul(noise)); // (N, 1)

    const layer = new Linear(1, 1, { generator });
    const model = new Sequential(layer);
    const optimizer = new SGD(model.parameters(), { lr });

    let loss = Number.NaN;
    for (let step = 1; step <= steps; step++) {
      loss = scope(() => {
        const loss = mseLoss(model.forward(x), d);
        optimizer.zeroGrad();
        backward(loss);
        optimizer.step();
        return loss.item();
      });
      if (step % LOG_EVERY > 0) continue;
      yield { type: 'progress', step, total: steps, loss };
      yield { type: 'series', chart: 'loss', name: 'loss', x: step, y: loss };
    }

    const grid = Array.from({ length: 61 }, (_, i) => -1 + i / 30);
    const w = layer.weight.item();
    const b = layer.bias!.item();
    yield {
      type: 'series',
      chart: 'line',
      name: 'points',
      x: [...x.dataSync()],
      y: [...d.dataSync()],
    };
    yield {
      type: 'series',
      chart: 'line',
      name: 'fitted',
      x: grid,
      y: grid.map((at) => w * at + b),
    };
    yield { type: 'metric', name: 'W', value: w };
    yield { type: 'metric', name: 'b', value: b };
    yield { type: 'metric', name: 'loss', value: loss };

    const best = fitLine([...x.dataSync()], [...d.dataSync()]);
    const low = x.matmul(layer.weight.detach().t()).add(layer.bias!.detach()); // (N, 1)
    return [
      check(124, 'W', w).near(0.5, 0.03),
      check(124, 'b', b).near(2, 0.02),
      check(124, 'W against least squares', w).near(best.slope, 0.005),
      check(124, 'b against least squares', b).near(best.intercept, 0.001),
      check(124, 'loss, near noise²', loss).near(0.0025, 0.0008),
      check(
        124,
        'layers against tensors with the same parameters',
        largestDifference(model.forward(x).dataSync(), low.dataSync()),
      ).below(1e-6),
    ];
  },
});
