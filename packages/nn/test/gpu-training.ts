/** One small training that every mode of the gpu backend has to get right. */
import { backward } from '@kasane/autograd';
import { crossEntropy, Linear, ReLU, Sequential } from '@kasane/nn';
import { Adam, clipGradNorm } from '@kasane/optim';
import {
  manualSeed,
  scope,
  tensor,
  withBackend,
  type Backend,
  type Tensor,
} from '@kasane/tensor-core';

/** A model in training. */
export interface Training {
  /** One step of Adam; gives the loss before it. */
  step(): Tensor;
}

/** Eight points of three classes, and a network that learns them. */
export function training(backend: Backend): Training {
  return withBackend(backend, () => {
    manualSeed(0);
    const model = new Sequential(new Linear(2, 16), new ReLU(), new Linear(16, 3));
    const optimizer = new Adam(model.parameters(), { lr: 0.05 });
    const angles = Array.from({ length: 8 }, (_, i) => (i * Math.PI) / 4);
    const x = tensor(angles.map((a) => [Math.cos(a), Math.sin(a)])); // (8, 2)
    const y = tensor([0, 0, 1, 1, 2, 2, 0, 1], { dtype: 'int32' });
    return {
      step: () =>
        scope(() => {
          const loss = crossEntropy(model.forward(x), y);
          optimizer.zeroGrad();
          backward(loss);
          clipGradNorm(model.parameters(), 1);
          optimizer.step();
          return loss.detach();
        }),
    };
  });
}

/** The loss of the last of so many steps; nothing else is read. */
export async function train(backend: Backend, steps: number): Promise<number> {
  const { step } = training(backend);
  let loss = step();
  for (let i = 1; i < steps; i++) {
    loss.dispose();
    loss = step();
  }
  return (await loss.data())[0]!;
}
