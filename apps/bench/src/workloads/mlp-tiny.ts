/**
 * The smallest net there is: 2-10-1, sigmoid twice, learning XOR.
 *
 *     L = mean((d − σ(σ(x W₁ + b₁) W₂ + b₂))²),   p ← p − 0.5 ∂L/∂p
 *
 * A step is one update, after which its loss is read.
 */
import { backward } from '@kasane/autograd';
import { SGD } from '@kasane/optim';
import { scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import type { Array as JaxArray } from '@jax-js/jax';
import { numbers } from '../numbers.ts';
import { jaxJs } from '../peers/jax-js.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import { tfjs } from '../peers/tfjs.ts';
import type { Workload } from '../workload.ts';
import { training } from './training.ts';

const HIDDEN = 10;
const LR = 0.5;
const INPUTS = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1); // (4, 2)
const TARGETS = Float32Array.of(0, 1, 1, 0); // (4, 1)
const W1 = numbers(2 * HIDDEN, 1); // (2, H)
const B1 = numbers(HIDDEN, 2); // (H)
const W2 = numbers(HIDDEN, 3); // (H, 1)
const B2 = numbers(1, 4); // (1)

const workload = (compiled: boolean): Workload => ({
  id: compiled ? 'mlp-tiny-compiled' : 'mlp-tiny',
  title: `training step of a 2-10-1 sigmoid net, batch 4, SGD${compiled ? ', compiled' : ', eager'}`,
  unit: 'µs',
  threads: 1,
  goals: [
    { atLeast: compiled ? 40 : 5, against: ['tfjs wasm', 'tfjs cpu'] },
    { atMost: compiled ? 5 : 40 },
  ],

  ours: kasane(() => {
    const x = tensor(INPUTS, [4, 2]);
    const d = tensor(TARGETS, [4, 1]);
    const w1 = tensor(W1, [2, HIDDEN], { requiresGrad: true });
    const b1 = tensor(B1, { requiresGrad: true });
    const w2 = tensor(W2, [HIDDEN, 1], { requiresGrad: true });
    const b2 = tensor(B2, { requiresGrad: true });
    const optimizer = new SGD([w1, b1, w2, b2], { lr: LR });
    const eager = (x: Tensor, d: Tensor): Tensor => {
      const z = x.matmul(w1).add(b1).sigmoid(); // (4, H)
      const y = z.matmul(w2).add(b2).sigmoid(); // (4, 1)
      const loss = y.sub(d).square().mean();
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    };
    const step = compiled ? compile(eager) : eager;
    return training(() => scope(() => step(x, d).item()));
  }),

  peers: [
    ...tfjs((tf) => {
      const x = tf.tensor2d(INPUTS, [4, 2]);
      const d = tf.tensor2d(TARGETS, [4, 1]);
      const w1 = tf.variable(tf.tensor2d(W1, [2, HIDDEN]));
      const b1 = tf.variable(tf.tensor1d(B1));
      const w2 = tf.variable(tf.tensor2d(W2, [HIDDEN, 1]));
      const b2 = tf.variable(tf.tensor1d(B2));
      const optimizer = tf.train.sgd(LR);
      return training(() => {
        // minimize frees what it made, except the loss.
        const loss = optimizer.minimize(() => {
          const z = x.matMul(w1).add(b1).sigmoid(); // (4, H)
          const y = z.matMul(w2).add(b2).sigmoid(); // (4, 1)
          return y.sub(d).square().mean();
        }, true)!;
        const value = loss.dataSync()[0]!;
        loss.dispose();
        return value;
      });
    }),

    jaxJs(({ numpy: np, nn, jit, valueAndGrad }) => {
      type Parameters = { w1: JaxArray; b1: JaxArray; w2: JaxArray; b2: JaxArray };

      const lossOf = ({ w1, b1, w2, b2 }: Parameters, x: JaxArray, d: JaxArray): JaxArray => {
        const z = nn.sigmoid(np.matmul(x, w1).add(b1)); // (4, H)
        const y = nn.sigmoid(np.matmul(z, w2).add(b2)); // (4, 1)
        return np.mean(np.square(y.sub(d)));
      };
      // The update is compiled into the step, as jax-js advises.
      const update = jit((p: Parameters, x: JaxArray, d: JaxArray) => {
        const kept = { w1: p.w1.ref, b1: p.b1.ref, w2: p.w2.ref, b2: p.b2.ref };
        const [loss, g] = valueAndGrad(lossOf)(kept, x, d);
        const next = {
          w1: p.w1.sub(g.w1.mul(LR)),
          b1: p.b1.sub(g.b1.mul(LR)),
          w2: p.w2.sub(g.w2.mul(LR)),
          b2: p.b2.sub(g.b2.mul(LR)),
        };
        return [loss, next] as [JaxArray, Parameters];
      });

      const x = np.array(INPUTS).reshape([4, 2]);
      const d = np.array(TARGETS).reshape([4, 1]);
      let p: Parameters = {
        w1: np.array(W1).reshape([2, HIDDEN]),
        b1: np.array(B1),
        w2: np.array(W2).reshape([HIDDEN, 1]),
        b2: np.array(B2),
      };
      return training(() => {
        const [loss, next] = update(p, x.ref, d.ref);
        p = next;
        return loss.dataSync()[0]!;
      });
    }),

    pytorch('mlp-tiny.py', 1),
    pytorch('mlp-tiny.py', 2),
  ],
});

export const mlpTiny: Workload = workload(false);
export const mlpTinyCompiled: Workload = workload(true);
