/**
 * The convolutional net that digits are learned with: two convolutions of 5 × 5, 32 and 64 filters, each with
 * relu and a pool of 2 × 2, then 3136-1024-10, batch 50, Adam.
 *
 * A step is one update, after which its loss is read. The course's dropout is left out: each side would draw
 * masks of its own. tfjs is not here: its WebAssembly backend has no gradient of convolutions, and its
 * JavaScript backend takes more than a minute for a step.
 */
import { backward } from '@kasane/autograd';
import { Conv2d, MaxPool2d } from '@kasane/layers-cnn';
import { crossEntropy, Flatten, Linear, ReLU, Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { numbers } from '../numbers.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import { onThreads, type Workload } from '../workload.ts';
import { seeded } from './seeded.ts';
import { training } from './training.ts';

const BATCH = 50;
// Adam begins with steps that go by the sign of a gradient, however close to zero: rounding shows soon.
const COMPARED = 6;

export const cnnMnist: Workload = {
  id: 'cnn-mnist',
  title: `training step of a net of two convolutions for digits, batch ${BATCH}, Adam${onThreads(2)}, compiled`,
  unit: 'ms',
  threads: 2,
  goals: [{ atMost: 80 }],

  ours: kasane(() => {
    const model = seeded(
      new Sequential(
        new Conv2d(1, 32, 5, { padding: 'same' }),
        new ReLU(),
        new MaxPool2d(2),
        new Conv2d(32, 64, 5, { padding: 'same' }),
        new ReLU(),
        new MaxPool2d(2),
        new Flatten(),
        new Linear(3136, 1024),
        new ReLU(),
        new Linear(1024, 10),
      ),
    );
    const optimizer = new Adam(model.parameters(), { lr: 1e-4 });
    const x = tensor(numbers(BATCH * 784, 1).map(Math.abs), [BATCH, 1, 28, 28]);
    const labels = tensor(
      Int32Array.from({ length: BATCH }, (_, i) => (i * 7) % 10),
      { dtype: 'int32' },
    );
    const step = compile((x: Tensor, labels: Tensor): Tensor => {
      const loss = crossEntropy(model.forward(x), labels);
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    });
    return training(() => scope(() => step(x, labels).item()), COMPARED);
  }, 2),

  peers: [pytorch('cnn-mnist.py', 1), pytorch('cnn-mnist.py', 2)],
};
