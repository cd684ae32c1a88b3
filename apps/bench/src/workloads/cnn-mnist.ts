/**
 * The convolutional net that digits are learned with: two convolutions of 5 × 5, 32 and 64 filters, each with
 * relu and a pool of 2 × 2, then 3136-1024-10, batch 50, Adam.
 *
 * A step is one update, after which its loss is read. The course's dropout is left out: each side would draw
 * masks of its own. tfjs is not here: its WebAssembly backend has no gradient of convolutions, and its
 * JavaScript backend takes more than a minute for a step.
 */
import { Conv2d, MaxPool2d } from '@kasane/layers-cnn';
import { Flatten, Linear, ReLU, Sequential } from '@kasane/nn';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import { onThreads, type Workload } from '../workload.ts';
import { classifier } from './classifier.ts';

const BATCH = 50;

export const cnnMnist: Workload = {
  id: 'cnn-mnist',
  title: `training step of a net of two convolutions for digits, batch ${BATCH}, Adam${onThreads(2)}, compiled`,
  unit: 'ms',
  threads: 2,
  goals: [{ atMost: 80 }],
  native: true,

  ours: kasane(() => {
    const net = new Sequential(
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
    );
    return classifier(net, [BATCH, 1, 28, 28]);
  }, 2),

  peers: [pytorch('cnn.py', 1, 'cnn-mnist'), pytorch('cnn.py', 2, 'cnn-mnist')],
};
