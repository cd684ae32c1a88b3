/**
 * The course's net for CIFAR-10 with batch normalisation: twice two convolutions of 3 × 3, of 32 and of 64
 * filters, each normalised and rectified, with a pool of 2 × 2 after both; then 2304-512-10, batch 32, Adam.
 *
 * Dropout and tfjs are left out, as in cnn-mnist.ts.
 */
import { backward } from '@kasane/autograd';
import { BatchNorm2d, Conv2d, MaxPool2d } from '@kasane/layers-cnn';
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

const BATCH = 32;
// Adam begins with steps that go by the sign of a gradient, however close to zero: rounding shows soon.
const COMPARED = 6;

const block = (inputs: number, filters: number) => [
  new Conv2d(inputs, filters, 3, { padding: 1 }),
  new BatchNorm2d(filters),
  new ReLU(),
  new Conv2d(filters, filters, 3),
  new BatchNorm2d(filters),
  new ReLU(),
  new MaxPool2d(2),
];

export const cifarBn: Workload = {
  id: 'cifar-bn',
  title: `training step of a net of four convolutions with batch norm for 32 × 32 pictures, batch ${BATCH}, Adam${onThreads(2)}, compiled`,
  unit: 'ms',
  threads: 2,
  goals: [{ atMost: 70 }],

  ours: kasane(() => {
    const model = seeded(
      new Sequential(
        ...block(3, 32),
        ...block(32, 64),
        new Flatten(),
        new Linear(2304, 512),
        new ReLU(),
        new Linear(512, 10),
      ),
    );
    const optimizer = new Adam(model.parameters(), { lr: 1e-4 });
    const x = tensor(numbers(BATCH * 3072, 1).map(Math.abs), [BATCH, 3, 32, 32]);
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

  peers: [pytorch('cifar-bn.py', 1), pytorch('cifar-bn.py', 2)],
};
