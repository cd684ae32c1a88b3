import { Adam, OneCycleLR } from '@kasane/optim';
import { padPairs, sequenceLoss } from '@kasane/seq2seq';
import type { Seq2Seq } from '@kasane/seq2seq';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { questions, type Task } from './questions.ts';

const BATCH = 64;

/** Trains on questions of all lengths, one length a batch; gives the loss of each step. */
export function* training(
  model: Seq2Seq<Tensor>,
  settings: { task: Task; lengths: readonly number[]; steps: number; lr: number },
  generator: Generator,
): Iterable<Tensor> {
  const { task, lengths, steps, lr } = settings;
  const optimizer = new Adam(model.parameters(), { lr });
  const schedule = new OneCycleLR(optimizer, lr, { totalSteps: steps });
  const step = trainStep(
    (source: Tensor, target: Tensor, labels: Tensor) =>
      sequenceLoss(model.forward({ source, target }), labels),
    optimizer,
    { clipGradNorm: 1 },
  );
  for (let i = 0; i < steps; i++) {
    const length = lengths[generator.below(lengths.length)]!;
    const [{ source, target }, labels] = padPairs(questions(task, length, BATCH, generator));
    const loss = step(source, target, labels);
    for (const used of [source, target, labels]) used.dispose();
    schedule.step();
    yield loss;
  }
}
