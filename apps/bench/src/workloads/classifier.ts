import { backward } from '@kasane/autograd';
import { crossEntropy, type Module, type Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import {
  onesLike,
  scope,
  sizeOf,
  tensor,
  zerosLike,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { numbers } from '../numbers.ts';
import type { Prepared } from '../workload.ts';
import { training } from './training.ts';

// Adam begins with steps that go by the sign of a gradient, however close to zero: rounding shows soon.
export const COMPARED = 5;

/** Steps of Adam that teach a net the classes, 0 to 9 in turn, of pictures (B, C, H, W): compiled, over a single batch. */
export function classifier(net: Sequential, shape: Shape, compared: number = COMPARED): Prepared {
  seed(net);
  const optimizer = new Adam(net.parameters(), { lr: 1e-4 });
  const x = tensor(numbers(sizeOf(shape), 1).map(Math.abs), shape);
  const classes = Int32Array.from({ length: shape[0]! }, (_, i) => (i * 7) % 10);
  const labels = tensor(classes, { dtype: 'int32' });
  const step = compile((x: Tensor, labels: Tensor): Tensor => {
    const loss = crossEntropy(net.forward(x), labels);
    backward(loss);
    optimizer.step();
    optimizer.zeroGrad();
    return loss;
  });
  return training(() => scope(() => step(x, labels).item()), compared);
}

/**
 * Gives a model weights that every side can make: of parameter i, `numbers` with seed 2 + i, from −1/√(fan in)
 * to 1/√(fan in). Biases are 0, and the factors of normalisation 1.
 */
export function seed(model: Module): void {
  model.namedParameters().forEach(([name, parameter], i) => {
    const { shape, size } = parameter;
    if (shape.length === 1) {
      parameter.assign(name.endsWith('bias') ? zerosLike(parameter) : onesLike(parameter));
      return;
    }
    const fanIn = sizeOf(shape.slice(1));
    const values = numbers(size, 2 + i).map((w) => w / Math.sqrt(fanIn));
    parameter.assign(tensor(values, shape));
  });
}
