/**
 * A line is fitted to ten points on y = 2x + 1: the slope comes out as 2.
 */
import { SGD } from '@kasane/optim';
import { Generator, randn, scope, tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { Losses } from '../losses.ts';

const LOG_EVERY = 10; // steps between two points of the loss

export const {{camel}}: Exercise = defineExercise({
  id: '{{kebab}}',
  title: { en: '{{title}}', ja: '{{title}}' },
  summary: 'Fits a line through points by gradient descent.',
  rows: [89],
  parameters: {
    steps: {
      type: 'integer',
      default: 200,
      quick: 100,
      min: 1,
      max: 100_000,
      description: 'steps of gradient descent',
    },
    lr: { type: 'number', default: 0.1, min: 0, max: 1, description: 'learning rate' },
  },
  charts: { loss: { x: 'step', y: 'loss', scale: 'log' } },
  async *run({ parameters: { steps, lr }, seed }) {
    // #region lesson
    const generator = new Generator(seed);
    const x = randn([10], { generator }); // (N)
    const d = scope(() => x.mul(2).add(1)); // (N)
    const w = tensor(0, { requiresGrad: true, dtype: 'float32' });
    const b = tensor(0, { requiresGrad: true, dtype: 'float32' });
    const step = trainStep(
      () => x.mul(w).add(b).sub(d).square().mean(),
      new SGD([w, b], { lr }),
    );
    // #endregion

    const losses = new Losses();
    for (let i = 1; i <= steps; i++) {
      losses.push(step());
      if (i % LOG_EVERY > 0) continue;
      const loss = (await losses.read()).at(-1)!;
      yield { type: 'progress', step: i, total: steps, loss };
      yield { type: 'series', chart: 'loss', name: 'training', x: i, y: loss };
    }
    const [slope] = await w.data();
    const [start] = await b.data();
    yield { type: 'metric', name: 'slope', value: slope! };
    return {
      checks: [check(89, 'slope', slope!).near(2, 0.05)],
      trained: { slope: slope!, start: start! },
    };
  },
  tries: {
    point: {
      title: { en: 'Ask for a point', ja: '点を尋ねる' },
      parameters: {
        at: { type: 'number', default: 1, min: -100, max: 100, description: 'x of the point' },
      },
      *run({ slope, start }, { at }) {
        yield { type: 'metric', name: 'y', value: slope * at + start };
      },
    },
  },
});
