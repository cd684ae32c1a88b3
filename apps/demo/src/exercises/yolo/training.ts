import { DataLoader, type Dataset, type Scene } from '@kasane/datasets';
import { yoloLoss, type YOLO } from '@kasane/layers-cnn/detection';
import { Adam, OneCycleLR } from '@kasane/optim';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { imagesOf, targetOf, type Layout } from './scenes.ts';

/** Trains a network on scenes in ever new orders, and gives the loss of each step. */
export async function* training(
  model: YOLO,
  scenes: Dataset<Scene>,
  settings: { batch: number; steps: number; lr: number; layout: Layout },
  generator: Generator,
): AsyncIterable<Tensor> {
  const { batch, steps, lr, layout } = settings;
  const loader = new DataLoader(scenes, {
    batchSize: batch,
    shuffle: true,
    dropLast: true,
    generator,
    collate: (some) => [imagesOf(some), targetOf(some, layout)] as const,
  });
  const optimizer = new Adam(model.parameters(), { lr });
  const schedule = new OneCycleLR(optimizer, lr, { totalSteps: steps });
  const step = trainStep(
    (images: Tensor, target: Tensor) => yoloLoss(model.forward(images), target),
    optimizer,
  );
  for (let done = 0; done < steps;) {
    for await (const [images, target] of loader) {
      yield step(images, target);
      images.dispose();
      target.dispose();
      schedule.step();
      if (++done === steps) return;
    }
  }
}
