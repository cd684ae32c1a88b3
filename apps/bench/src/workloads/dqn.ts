/**
 * Deep Q-learning as in CartPole: 4-256-256-2, batches of 64 transitions.
 *
 *     Q(s) = W₃ relu(W₂ relu(W₁ s)),  y = r + γ max Q'(s'),  L = mean(huber(Q(s)ₐ − y))
 *
 * with a bias behind each product, and Q' a network that does not learn. A step is one update with Adam, after which its loss is read. Eight
 * batches come in turn.
 */
import { backward } from '@kasane/autograd';
import { Linear, ReLU, Sequential, smoothL1Loss } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { noGrad, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import type { Array as JaxArray } from '@jax-js/jax';
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { numbers } from '../numbers.ts';
import { jaxJs } from '../peers/jax-js.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import { tfjs } from '../peers/tfjs.ts';
import type { Workload } from '../workload.ts';
import { training } from './training.ts';

const BATCH = 64;
const LR = 2.3e-3;
const SIZES = [
  [4, 256],
  [256, 256],
  [256, 2],
] as const;

/** From −1/√(fan in) to 1/√(fan in), (out, in); those of the target have other seeds. */
const weights = (layer: number, seed: number): Float32Array<ArrayBuffer> => {
  const [from, to] = SIZES[layer]!;
  return numbers(from * to, seed + layer).map((w) => w / Math.sqrt(from));
};
const [ONLINE, TARGET] = [1, 4] as const; // the seeds of the first layers

/** What was seen, done, got and seen then; `go` is γ, or 0 where an episode ended. */
const BATCHES = Array.from({ length: 8 }, (_, i) => ({
  seen: numbers(BATCH * 4, 10 + i), // (B, 4)
  actions: Int32Array.from(numbers(BATCH, 20 + i), (x) => (x > 0 ? 1 : 0)), // (B)
  next: numbers(BATCH * 4, 30 + i), // (B, 4)
  go: numbers(BATCH, 40 + i).map((x) => (x > -0.9 ? 0.99 : 0)), // (B)
}));
const REWARDS = new Float32Array(BATCH).fill(1);

function network(seed: number): Sequential {
  const layers = SIZES.map(([from, to]) => new Linear(from, to));
  layers.forEach((layer, i) => {
    const { weight, bias } = layer;
    layer.loadStateDict({
      weight: tensor(weights(i, seed), weight.shape),
      bias: tensor(new Float32Array(bias!.size)),
    });
  });
  return new Sequential(layers[0]!, new ReLU(), layers[1]!, new ReLU(), layers[2]!);
}

export const dqn: Workload = {
  id: 'cart-pole',
  title: 'training step of DQN in CartPole, 4-256-256-2, batch 64, Huber, Adam, compiled',
  unit: 'ms',
  threads: 1,
  goals: [{ atLeast: 2, against: ['tfjs wasm', 'tfjs cpu', 'jax-js wasm'] }],

  ours: kasane(() => {
    const online = network(ONLINE);
    const target = network(TARGET);
    const optimizer = new Adam(online.parameters(), { lr: LR });
    const batches = BATCHES.map(({ seen, actions, next, go }) => ({
      seen: tensor(seen, [BATCH, 4]),
      actions: tensor(actions, [BATCH, 1]),
      next: tensor(next, [BATCH, 4]),
      go: tensor(go),
    }));
    const rewards = tensor(REWARDS);
    const step = compile((seen: Tensor, actions: Tensor, next: Tensor, go: Tensor): Tensor => {
      const y = noGrad(() => rewards.add(go.mul(target.forward(next).max(1))));
      const values = online.forward(seen).gather(1, actions).flatten();
      const loss = smoothL1Loss(values, y);
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    });
    return training((index) => {
      const { seen, actions, next, go } = batches[index % batches.length]!;
      return scope(() => step(seen, actions, next, go).item());
    });
  }),

  peers: [
    ...tfjs((tf) => {
      const network = (seed: number) =>
        SIZES.map(([from, to], i) => ({
          w: tf.variable(tf.tensor2d(weights(i, seed), [to, from]).transpose()),
          b: tf.variable(tf.zeros([to])),
        }));
      const forward = (layers: ReturnType<typeof network>, x: Tensor2D): Tensor2D =>
        layers.reduce<Tensor2D>((input, { w, b }, i) => {
          const output = input.matMul(w).add<Tensor2D>(b);
          return i < layers.length - 1 ? output.relu() : output;
        }, x);
      const online = network(ONLINE);
      const target = network(TARGET);
      const learned = online.flatMap(({ w, b }) => [w, b]);
      const optimizer = tf.train.adam(LR, 0.9, 0.999, 1e-8);
      const rewards = tf.tensor1d(REWARDS);
      const batches = BATCHES.map(({ seen, actions, next, go }) => ({
        seen: tf.tensor2d(seen, [BATCH, 4]),
        chosen: tf.oneHot(tf.tensor1d(actions, 'int32'), 2).toFloat(),
        next: tf.tensor2d(next, [BATCH, 4]),
        go: tf.tensor1d(go),
      }));
      return training((index) => {
        const { seen, chosen, next, go } = batches[index % batches.length]!;
        // minimize frees what it made, except the loss.
        const loss = optimizer.minimize(
          () => {
            const y = rewards.add<Tensor1D>(go.mul(forward(target, next).max(1)));
            const values = forward(online, seen).mul(chosen).sum<Tensor1D>(1);
            return tf.losses.huberLoss<Tensor1D, Scalar>(y, values);
          },
          true,
          learned,
        )!;
        const value = loss.dataSync()[0]!;
        loss.dispose();
        return value;
      });
    }),

    jaxJs(({ numpy: np, nn, jit, valueAndGrad }) => {
      type Parameters = Record<string, JaxArray>;

      const forward = (p: Parameters, x: JaxArray): JaxArray =>
        SIZES.reduce((input, _, i) => {
          const output = np.matmul(input, p[`w${i}`]!).add(p[`b${i}`]!);
          return i < SIZES.length - 1 ? nn.relu(output) : output;
        }, x);
      const lossOf = (p: Parameters, seen: JaxArray, chosen: JaxArray, y: JaxArray): JaxArray => {
        const size = np.abs(np.sum(forward(p, seen).mul(chosen), 1).sub(y)); // (B)
        const inside = np.minimum(size.ref, 1);
        return np.mean(inside.ref.mul(size.sub(inside.mul(0.5))));
      };
      // The update is compiled into the step, as jax-js advises.
      const update = jit(
        (
          p: Parameters,
          m: Parameters,
          v: Parameters,
          target: Parameters,
          seen: JaxArray,
          chosen: JaxArray,
          next: JaxArray,
          go: JaxArray,
          corrections: JaxArray[], // 1 − β₁ᵗ and 1 − β₂ᵗ
        ) => {
          const y = np.max(forward(target, next), 1).mul(go).add(1);
          const kept = Object.fromEntries(Object.entries(p).map(([name, a]) => [name, a.ref]));
          const [loss, g] = valueAndGrad(lossOf)(kept, seen, chosen, y);
          const nextP: Parameters = {};
          const nextM: Parameters = {};
          const nextV: Parameters = {};
          for (const name of Object.keys(p)) {
            const mean = m[name]!.mul(0.9).add(g[name]!.ref.mul(0.1));
            const square = v[name]!.mul(0.999).add(np.square(g[name]!).mul(0.001));
            nextM[name] = mean.ref;
            nextV[name] = square.ref;
            const root = np.sqrt(square.div(corrections[1]!.ref)).add(1e-8);
            nextP[name] = p[name]!.sub(mean.div(corrections[0]!.ref).div(root).mul(LR));
          }
          for (const used of corrections) used.dispose();
          return [loss, nextP, nextM, nextV] as [JaxArray, Parameters, Parameters, Parameters];
        },
      );

      const network = (seed: number): Parameters =>
        Object.fromEntries(
          SIZES.flatMap(([from, to], i) => [
            [`w${i}`, np.array(weights(i, seed)).reshape([to, from]).transpose()],
            [`b${i}`, np.zeros([to])],
          ]),
        );
      const zeros = (): Parameters =>
        Object.fromEntries(
          SIZES.flatMap(([from, to], i) => [
            [`w${i}`, np.zeros([from, to])],
            [`b${i}`, np.zeros([to])],
          ]),
        );
      const target = network(TARGET);
      let p = network(ONLINE);
      let m = zeros();
      let v = zeros();
      const batches = BATCHES.map(({ seen, actions, next, go }) => ({
        seen: np.array(seen).reshape([BATCH, 4]),
        chosen: np
          .array(
            Float32Array.from({ length: 2 * BATCH }, (_, i) => Number(actions[i >> 1] === i % 2)),
          )
          .reshape([BATCH, 2]),
        next: np.array(next).reshape([BATCH, 4]),
        go: np.array(go),
      }));
      return training((index) => {
        const { seen, chosen, next, go } = batches[index % batches.length]!;
        const corrections = [0.9, 0.999].map((beta) => np.array(1 - beta ** (index + 1)));
        const kept = Object.fromEntries(Object.entries(target).map(([name, a]) => [name, a.ref]));
        const [loss, ...rest] = update(
          p,
          m,
          v,
          kept,
          seen.ref,
          chosen.ref,
          next.ref,
          go.ref,
          corrections,
        );
        [p, m, v] = rest;
        return loss.dataSync()[0]!;
      });
    }),

    pytorch('dqn.py', 1),
    pytorch('dqn.py', 2),
  ],
};
