/**
 * The course's net, which adds two numbers bit by bit: 2-16-1 without biases, 8 steps of time, one
 * pair of numbers per update.
 *
 *     z^t = σ(W_in x^t + W z^(t−1)),  y^t = σ(W_out z^t),  L = Σ_t (d^t − y^t)² / 2,  p ← p − 0.1 ∂L/∂p
 *
 * A step is one update, from plain numbers to the loss it reads: making the bits into tensors belongs
 * to it.
 */
import { backward, noGrad } from '@kasane/autograd';
import { scope, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import type { Array as JaxArray } from '@jax-js/jax';
import type { Scalar, Tensor as TfTensor } from '@tensorflow/tfjs';
import { numbers } from '../numbers.ts';
import { jaxJs } from '../peers/jax-js.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch, pytorchThreads } from '../peers/pytorch.ts';
import { tfjs } from '../peers/tfjs.ts';
import type { Workload } from '../workload.ts';
import { training } from './training.ts';

const BITS = 8;
const HIDDEN = 16;
const LR = 0.1;
const W_IN = numbers(2 * HIDDEN, 1); // (2, H)
const W = numbers(HIDDEN * HIDDEN, 2); // (H, H)
const W_OUT = numbers(HIDDEN, 3); // (H, 1)

/** The two numbers of a step, below 128 each. */
const pair = (step: number): readonly [number, number] => [
  (step * 37) % 128,
  (step * 91 + 5) % 128,
];

/** Bit t of a number, counted from the lowest. */
const bit = (value: number, t: number): number => (value >> t) & 1;

/** The input at time t. */
const inputAt = (a: number, b: number, t: number): Float32Array<ArrayBuffer> =>
  Float32Array.of(bit(a, t), bit(b, t));

/** The wanted bit of the sum at time t. */
const targetAt = (a: number, b: number, t: number): Float32Array<ArrayBuffer> =>
  Float32Array.of(bit(a + b, t));

const workload = (compiled: boolean): Workload => ({
  id: compiled ? 'rnn-binary-addition-compiled' : 'rnn-binary-addition',
  title: `training step of a 2-16-1 recurrent net over 8 steps of time, batch 1, SGD${compiled ? ', compiled' : ', eager'}`,
  unit: 'ms',
  threads: 1,
  goals: [
    { atLeast: compiled ? 40 : 8, against: ['tfjs wasm', 'tfjs cpu'] },
    { atMost: compiled ? 0.03 : 0.15 },
    ...(compiled ? [{ atLeast: 1, against: pytorchThreads }] : []),
  ],

  ours: kasane(() => {
    const wIn = tensor(W_IN, [2, HIDDEN], { requiresGrad: true });
    const w = tensor(W, [HIDDEN, HIDDEN], { requiresGrad: true });
    const wOut = tensor(W_OUT, [HIDDEN, 1], { requiresGrad: true });
    const parameters = [wIn, w, wOut];
    const eager = (xs: Tensor, ds: Tensor): Tensor => {
      let z = zeros([1, HIDDEN]);
      let loss: Tensor | undefined;
      for (let t = 0; t < BITS; t++) {
        const x = xs.slice(0, t, t + 1); // (1, 2)
        const d = ds.slice(0, t, t + 1); // (1, 1)
        z = x.matmul(wIn).add(z.matmul(w)).sigmoid(); // (1, H)
        const y = z.matmul(wOut).sigmoid(); // (1, 1)
        const error = y.sub(d).square().sum().mul(0.5);
        loss = loss === undefined ? error : loss.add(error);
      }
      backward(loss!);
      noGrad(() => {
        for (const p of parameters) {
          p.assign(p.sub(p.grad!.mul(LR)));
          p.grad = null;
        }
      });
      return loss!;
    };
    const update = compiled ? compile(eager) : eager;
    const times = Array.from({ length: BITS }, (_, t) => t);
    return training((step) =>
      scope(() => {
        const [a, b] = pair(step);
        const xs = times.flatMap((t) => [bit(a, t), bit(b, t)]);
        const ds = times.map((t) => bit(a + b, t));
        return update(tensor(xs, [BITS, 2]), tensor(ds, [BITS, 1])).item();
      }),
    );
  }),

  peers: [
    ...tfjs((tf) => {
      const wIn = tf.variable(tf.tensor2d(W_IN, [2, HIDDEN]));
      const w = tf.variable(tf.tensor2d(W, [HIDDEN, HIDDEN]));
      const wOut = tf.variable(tf.tensor2d(W_OUT, [HIDDEN, 1]));
      const optimizer = tf.train.sgd(LR);
      return training((step) => {
        const [a, b] = pair(step);
        // minimize frees what it made, except the loss.
        const total = optimizer.minimize(() => {
          let z: TfTensor = tf.zeros([1, HIDDEN]);
          let loss: Scalar | undefined;
          for (let t = 0; t < BITS; t++) {
            const x = tf.tensor2d(inputAt(a, b, t), [1, 2]);
            const d = tf.tensor2d(targetAt(a, b, t), [1, 1]);
            z = x.matMul(wIn).add(z.matMul(w)).sigmoid(); // (1, H)
            const y = z.matMul(wOut).sigmoid(); // (1, 1)
            const error = y.sub(d).square().sum().mul<Scalar>(0.5);
            loss = loss === undefined ? error : loss.add(error);
          }
          return loss!;
        }, true)!;
        const value = total.dataSync()[0]!;
        total.dispose();
        return value;
      });
    }),

    jaxJs(({ numpy: np, nn, jit, valueAndGrad }) => {
      type Parameters = { wIn: JaxArray; w: JaxArray; wOut: JaxArray };

      const lossOf = ({ wIn, w, wOut }: Parameters, xs: JaxArray[], ds: JaxArray[]): JaxArray => {
        let z: JaxArray = np.zeros([1, HIDDEN]);
        let loss: JaxArray = np.array(0);
        for (const [t, x] of xs.entries()) {
          z = nn.sigmoid(np.matmul(x, wIn.ref).add(np.matmul(z, w.ref))); // (1, H)
          const y = nn.sigmoid(np.matmul(z.ref, wOut.ref)); // (1, 1)
          loss = loss.add(np.square(y.sub(ds[t]!)).sum().mul(0.5));
        }
        for (const used of [z, wIn, w, wOut]) used.dispose();
        return loss;
      };
      // The loop over time is unrolled and compiled with the update, as jax-js advises.
      const update = jit((p: Parameters, xs: JaxArray[], ds: JaxArray[]) => {
        const kept = { wIn: p.wIn.ref, w: p.w.ref, wOut: p.wOut.ref };
        const [loss, g] = valueAndGrad(lossOf)(kept, xs, ds);
        const next = {
          wIn: p.wIn.sub(g.wIn.mul(LR)),
          w: p.w.sub(g.w.mul(LR)),
          wOut: p.wOut.sub(g.wOut.mul(LR)),
        };
        return [loss, next] as [JaxArray, Parameters];
      });

      let p: Parameters = {
        wIn: np.array(W_IN).reshape([2, HIDDEN]),
        w: np.array(W).reshape([HIDDEN, HIDDEN]),
        wOut: np.array(W_OUT).reshape([HIDDEN, 1]),
      };
      return training((step) => {
        const [a, b] = pair(step);
        const times = Array.from({ length: BITS }, (_, t) => t);
        const xs = times.map((t) => np.array(inputAt(a, b, t)).reshape([1, 2]));
        const ds = times.map((t) => np.array(targetAt(a, b, t)).reshape([1, 1]));
        const [loss, next] = update(p, xs, ds);
        p = next;
        return loss.dataSync()[0]!;
      });
    }),

    pytorch('rnn-binary-addition.py', 1),
    pytorch('rnn-binary-addition.py', 2),
  ],
});

export const rnnBinaryAddition: Workload = workload(false);
export const rnnBinaryAdditionCompiled: Workload = workload(true);
