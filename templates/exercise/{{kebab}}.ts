/**
 * A line is fitted to ten points on y = 2x + 1: the slope comes out as 2.
 */
import { backward } from '@kasane/autograd';
import { SGD } from '@kasane/optim';
import { Generator, randn, scope, tensor } from '@kasane/tensor-core';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';

export const {{camel}}: Exercise = defineExercise({
  id: '{{kebab}}',
  title: { en: '{{title}}', ja: '{{title}}' },
  summary: 'Fits a line through points by gradient descent.',
  lines: [],
  packages: ['@kasane/tensor-core', '@kasane/autograd', '@kasane/optim'],
  parameters: {
    steps: {
      type: 'integer',
      default: 200,
      quick: 100,
      min: 1,
      max: 100_000,
      description: 'Steps of gradient descent.',
    },
    lr: { type: 'number', default: 0.1, min: 0, max: 1, description: 'Learning rate.' },
  },
  charts: { loss: { x: 'step', y: 'loss', scale: 'log' } },
  *run({ parameters: { steps, lr }, seed }) {
    const generator = new Generator(seed);
    const x = randn([10], { generator }); // (N)
    const d = x.mul(2).add(1); // (N)
    const w = tensor(0, { requiresGrad: true, dtype: 'float32' });
    const b = tensor(0, { requiresGrad: true, dtype: 'float32' });
    const optimizer = new SGD([w, b], { lr });

    for (let step = 1; step <= steps; step++) {
      const loss = scope(() => {
        const loss = x.mul(w).add(b).sub(d).square().mean();
        optimizer.zeroGrad();
        backward(loss);
        optimizer.step();
        return loss.item();
      });
      yield { type: 'progress', step, total: steps, loss };
      yield { type: 'series', chart: 'loss', name: 'training', x: step, y: loss };
    }
    yield { type: 'metric', name: 'slope', value: w.item() };
    return [check([], 'slope', w.item()).near(2, 0.05)];
  },
});
