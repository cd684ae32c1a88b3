/**
 * ResNet-18 looks at one picture of 224 × 224.
 *
 * A step is one pass without gradients, compiled, after which its result is read. Normalisation is not folded into the
 * convolutions before it, here or there. tfjs and jax-js have no such model of their own.
 */
import { resnet18 } from '@kasane/layers-cnn/models';
import { skipInit } from '@kasane/nn';
import { noGrad, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { numbers } from '../numbers.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import type { Workload } from '../workload.ts';
import { seed } from './classifier.ts';

const SHAPE = [1, 3, 224, 224];

export const resnet18Inference: Workload = {
  id: 'resnet18-inference',
  title: 'ResNet-18 of a picture of 224 × 224, without gradients, compiled',
  unit: 'ms',
  threads: 1,
  goals: [{ atLeast: 0.8, against: ['PyTorch 1 thread'], native: true }],
  native: true,

  ours: kasane(() => {
    const model = skipInit(() => resnet18());
    seed(model);
    model.eval();
    const x = tensor(numbers(3 * 224 * 224, 1), SHAPE);
    const look = compile((x: Tensor) => noGrad(() => model.forward(x)));
    return {
      probe: () => Array.from(scope(() => look(x).dataSync())),
      run(steps) {
        for (let i = 0; i < steps; i++) scope(() => look(x).dataSync()[0]);
      },
    };
  }),

  peers: [pytorch('resnet18-inference.py', 1)],
};
