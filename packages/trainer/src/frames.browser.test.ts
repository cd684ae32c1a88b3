import { crossEntropy, Linear, ReLU, Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, randint, randn } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { fit } from './index.ts';

const SECONDS = 1.2;

/** Steps, frames and the longest step of a training on the page's own thread. */
async function train(
  batchSize: number,
): Promise<{ steps: number; perSecond: number; longestStep: number; longestWait: number }> {
  const generator = new Generator(1);
  const model = new Sequential(
    new Linear(784, 128, { generator }),
    new ReLU(),
    new Linear(128, 10, { generator }),
  );
  const x = randn([batchSize, 784], { generator });
  const y = randint(0, 10, [batchSize], { generator });
  const batches = Array.from({ length: 20 }, () => [x, y] as const);
  const optimizer = new Adam(model.parameters());
  const frames: number[] = [];
  let isOver = false;
  const count = (time: number): void => {
    frames.push(time);
    if (!isOver) requestAnimationFrame(count);
  };
  let [steps, longestStep, last] = [0, 0, 0];
  let begin = 0;
  await fit(model, {
    data: batches,
    loss: crossEntropy,
    optimizer,
    epochs: 100_000,
    callbacks: [
      {
        onStep(training) {
          const now = performance.now();
          // The first steps are compiled.
          if (steps === 5) {
            begin = now;
            requestAnimationFrame(count);
          }
          if (steps > 5) longestStep = Math.max(longestStep, now - last);
          steps++;
          last = now;
          if (begin > 0 && now - begin > 1000 * SECONDS) training.stop();
        },
      },
    ],
  });
  isOver = true;
  const waits = frames.slice(1).map((time, i) => time - frames[i]!);
  return {
    steps,
    perSecond: frames.length / ((last - begin) / 1000),
    longestStep,
    longestWait: Math.max(...waits),
  };
}

it.each([8, 256])('a page that trains paints on, with batches of %i', async (batchSize) => {
  const { steps, perSecond, longestStep, longestWait } = await train(batchSize);
  // oxlint-disable-next-line no-console -- the figure is what one runs it for
  console.log(
    `batches of ${batchSize}: ${perSecond.toFixed(1)} frames/s, the longest wait ${longestWait.toFixed(0)} ms, in ${steps} steps of at most ${longestStep.toFixed(1)} ms`,
  );
  expect(perSecond).toBeGreaterThan(10);
});
