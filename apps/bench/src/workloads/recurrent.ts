/**
 * A recurrent layer from 64 to 128, over 50 steps of time, batch 32.
 *
 *     L = mean((h_T − d)²)
 *
 * A step is one update with Adam, after which its loss is read. There are no biases: Keras has one for
 * each gate where PyTorch has two, and Adam moves the sum of two twice as far.
 */
import { backward } from '@kasane/autograd';
import type { GRU, LSTM } from '@kasane/layers-rnn';
import { mseLoss } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import type { Scalar, Tensor as TfTensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { numbers } from '../numbers.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch, pytorchThreads } from '../peers/pytorch.ts';
import { tfjs, type Tf } from '../peers/tfjs.ts';
import { onThreads, type Workload } from '../workload.ts';
import { training } from './training.ts';

export const INPUT = 64;
export const HIDDEN = 128;
export const BATCH = 32;
export const TIME = 50;
const LR = 1e-3;
const COMPARED = 5; // of steps that take seconds in plain JavaScript
const INPUTS = numbers(TIME * BATCH * INPUT, 1); // (T, B, 64)
const TARGETS = numbers(BATCH * HIDDEN, 2); // (B, 128)

/** From −1/√128 to 1/√128, (G · 128, columns). */
const weights = (gates: number, columns: number, seed: number): Float32Array<ArrayBuffer> =>
  numbers(gates * HIDDEN * columns, seed).map((w) => w / Math.sqrt(HIDDEN));

/** What differs between the layers. */
export interface RecurrentRow {
  readonly id: string;
  /** What PyTorch calls it. */
  readonly name: 'LSTM' | 'GRU';
  readonly gates: number;
  readonly threads: 1 | 2;
  /** Milliseconds. */
  readonly atMost: number;
  /** A layer without biases. */
  layer(): GRU | LSTM;
  /**
   * In tfjs, with weights (64, G · 128) and (128, G · 128): what computes h_T (B, 128) from the input
   * (B, T, 64).
   */
  tfjs(tf: Tf, kernel: Tensor2D, recurrent: Tensor2D): (input: Tensor3D) => TfTensor;
}

export function recurrent({ id, name, gates, threads, atMost, ...row }: RecurrentRow): Workload {
  return {
    id,
    title: `training step of ${name} 64→128, T 50, batch 32, Adam${onThreads(threads)}, compiled`,
    unit: 'ms',
    threads,
    native: true,
    goals: [
      { atLeast: 15, against: ['tfjs wasm'] },
      { atLeast: 1, against: pytorchThreads.slice(0, threads) },
      ...(threads === 1
        ? [{ atLeast: 1.2, against: ['PyTorch 1 thread'], native: true } as const]
        : []),
      { atMost },
    ],

    ours: kasane(() => {
      const layer = row.layer();
      layer.loadStateDict({
        weight_ih_l0: tensor(weights(gates, INPUT, 3), [gates * HIDDEN, INPUT]),
        weight_hh_l0: tensor(weights(gates, HIDDEN, 4), [gates * HIDDEN, HIDDEN]),
      });
      const optimizer = new Adam(layer.parameters(), { lr: LR });
      const x = tensor(INPUTS, [TIME, BATCH, INPUT]);
      const d = tensor(TARGETS, [BATCH, HIDDEN]);
      const step = compile((x: Tensor, d: Tensor): Tensor => {
        const { output } = layer.forward(x); // (T, B, 128)
        const loss = mseLoss(output.select(0, -1), d);
        backward(loss);
        optimizer.step();
        optimizer.zeroGrad();
        return loss;
      });
      return training(() => scope(() => step(x, d).item()), COMPARED);
    }, threads),

    peers: [
      ...tfjs((tf) => {
        const kernel = tf.tensor2d(weights(gates, INPUT, 3), [gates * HIDDEN, INPUT]);
        const recurrent = tf.tensor2d(weights(gates, HIDDEN, 4), [gates * HIDDEN, HIDDEN]);
        const forward = row.tfjs(tf, kernel.transpose(), recurrent.transpose());
        const x = tf.tensor3d(INPUTS, [TIME, BATCH, INPUT]).transpose<Tensor3D>([1, 0, 2]);
        const d = tf.tensor2d(TARGETS, [BATCH, HIDDEN]);
        const optimizer = tf.train.adam(LR, 0.9, 0.999, 1e-8);
        return training(() => {
          // minimize frees what it made, except the loss.
          const loss = optimizer.minimize(() => forward(x).sub(d).square().mean<Scalar>(), true)!;
          const value = loss.dataSync()[0]!;
          loss.dispose();
          return value;
        }, COMPARED);
      }),

      pytorch('recurrent.py', 1, name),
      ...(threads === 2 ? [pytorch('recurrent.py', 2, name)] : []),
    ],
  };
}
