/**
 * Keras' first example of a convolutional net for digits: 32 and 64 filters of 3 × 3, a pool of 2 × 2, then 9216-128-10, batch
 * 64, Adam.
 *
 * A step is one update, after which its loss is read. The dropout is left out: each side would draw masks of its
 * own. tfjs is not here: its WebAssembly backend has no gradient of convolutions, and its JavaScript backend takes
 * more than a minute for a step.
 */
import { Conv2d, MaxPool2d } from '@kasane/layers-cnn';
import { Flatten, Linear, ReLU, Sequential } from '@kasane/nn';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import type { Workload } from '../workload.ts';
import { classifier } from './classifier.ts';

const BATCH = 64;

export const kerasMnistCnn: Workload = {
  id: 'keras-mnist-cnn',
  title: `training step of Keras' net of two convolutions for digits, batch ${BATCH}, Adam, compiled`,
  unit: 'ms',
  threads: 1,
  goals: [{ atLeast: 0.95, against: ['PyTorch 1 thread'], native: true }],
  native: true,

  ours: kasane(() => {
    const net = new Sequential(
      new Conv2d(1, 32, 3),
      new ReLU(),
      new Conv2d(32, 64, 3),
      new ReLU(),
      new MaxPool2d(2),
      new Flatten(),
      new Linear(9216, 128),
      new ReLU(),
      new Linear(128, 10),
    );
    return classifier(net, [BATCH, 1, 28, 28]);
  }),

  peers: [pytorch('cnn.py', 1, 'keras-mnist-cnn')],
};
