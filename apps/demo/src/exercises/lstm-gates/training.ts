import { Linear } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { scope } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { build } from './network.ts';
import { draw } from './tasks.ts';
import type { Sequences, Stage, Task } from './tasks.ts';

/** Trains one network on a task; gives the loss of each step, the mean over the steps in time that count. */
export function* training(task: Task, stage: Stage, generator: Generator): Iterable<Tensor> {
  const memory = build(stage, task, generator);
  const dense = new Linear(task.hidden, 1, { generator });
  const step = trainStep(
    ({ x, wanted, counts }: Sequences) => {
      const error = dense.forward(memory.read(x)).sub(wanted); // (T, B, 1)
      return error.square().mul(counts).sum().div(counts.sum());
    },
    new Adam([...memory.parameters, ...dense.parameters()], { lr: task.lr }),
    { clipGradNorm: 1 },
  );
  for (let i = 0; i < task.steps; i++) yield scope(() => step({ ...draw(task, generator) }));
}
