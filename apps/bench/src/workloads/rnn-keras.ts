/**
 * Keras' net of the course, which adds two numbers bit by bit: SimpleRNN 128, Dense 1, sigmoid, over 8
 * steps of time, batch 2, without the dropout.
 *
 *     h_t = tanh(W x_t + U h_(t−1)),  y_t = σ(V h_t + b),  L = mean((y − d)²)
 *
 * A step is one update with Adam, after which its loss is read. The recurrent layer has no bias: Keras
 * has one where PyTorch has two, and Adam moves the sum of two twice as far.
 */
import { backward } from '@kasane/autograd';
import { RNN } from '@kasane/layers-rnn';
import { Linear, mseLoss } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import type { Scalar, Tensor as TfTensor, Tensor3D } from '@tensorflow/tfjs';
import { numbers } from '../numbers.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import { tfjs } from '../peers/tfjs.ts';
import type { Workload } from '../workload.ts';
import { training } from './training.ts';

const INPUT = 2;
const HIDDEN = 128;
const BATCH = 2;
const TIME = 8;
const LR = 1e-3;
const INPUTS = numbers(TIME * BATCH * INPUT, 1).map((x) => Number(x > 0)); // bits, (T, B, 2)
const TARGETS = numbers(TIME * BATCH, 2).map((x) => Number(x > 0)); // bits, (T, B, 1)
const scaled = (count: number, seed: number): Float32Array<ArrayBuffer> =>
  numbers(count, seed).map((w) => w / Math.sqrt(HIDDEN));
const W = scaled(HIDDEN * INPUT, 3); // (128, 2)
const U = scaled(HIDDEN * HIDDEN, 4); // (128, 128)
const V = scaled(HIDDEN, 5); // (1, 128)

export const rnnKeras: Workload = {
  id: 'rnn-keras',
  title: 'training step of SimpleRNN 128, T 8, batch 2, Adam, compiled',
  unit: 'ms',
  threads: 1,
  goals: [{ atMost: 0.5 }],

  ours: kasane(() => {
    const rnn = new RNN(INPUT, HIDDEN, { bias: false });
    const dense = new Linear(HIDDEN, 1);
    rnn.loadStateDict({
      weight_ih_l0: tensor(W, [HIDDEN, INPUT]),
      weight_hh_l0: tensor(U, [HIDDEN, HIDDEN]),
    });
    dense.loadStateDict({ weight: tensor(V, [1, HIDDEN]), bias: tensor([0]) });
    const optimizer = new Adam([...rnn.parameters(), ...dense.parameters()], { lr: LR });
    const x = tensor(INPUTS, [TIME, BATCH, INPUT]);
    const d = tensor(TARGETS, [TIME, BATCH, 1]);
    const step = compile((x: Tensor, d: Tensor): Tensor => {
      const { output } = rnn.forward(x); // (T, B, 128)
      const loss = mseLoss(dense.forward(output).sigmoid(), d);
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    });
    return training(() => scope(() => step(x, d).item()));
  }),

  peers: [
    ...tfjs((tf) => {
      const rnn = tf.layers.simpleRNN({
        units: HIDDEN,
        returnSequences: true,
        useBias: false,
        // Drawing an orthogonal matrix takes a while, and it is replaced.
        recurrentInitializer: 'zeros',
      });
      const dense = tf.layers.dense({ units: 1, activation: 'sigmoid' });
      dense.apply(rnn.apply(tf.zeros([1, TIME, INPUT]))); // weights come with the first call
      rnn.setWeights([
        tf.tensor2d(W, [HIDDEN, INPUT]).transpose(),
        tf.tensor2d(U, [HIDDEN, HIDDEN]).transpose(),
      ]);
      dense.setWeights([tf.tensor2d(V, [HIDDEN, 1]), tf.zeros([1])]);
      const x = tf.tensor3d(INPUTS, [TIME, BATCH, INPUT]).transpose<Tensor3D>([1, 0, 2]);
      const d = tf.tensor3d(TARGETS, [TIME, BATCH, 1]).transpose<Tensor3D>([1, 0, 2]);
      const optimizer = tf.train.adam(LR, 0.9, 0.999, 1e-8);
      return training(() => {
        // minimize frees what it made, except the loss.
        const loss = optimizer.minimize(() => {
          const y = dense.apply(rnn.apply(x)) as TfTensor; // (B, T, 1), one tensor without returnState
          return y.sub(d).square().mean<Scalar>();
        }, true)!;
        const value = loss.dataSync()[0]!;
        loss.dispose();
        return value;
      });
    }),

    pytorch('rnn-keras.py', 1),
    pytorch('rnn-keras.py', 2),
  ],
};
