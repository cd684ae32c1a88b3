/**
 * A variational autoencoder of digits: 784-400-20-400-784, batch 128.
 *
 *     h = relu(W₁ x),  μ = W₂ h,  log σ² = W₃ h,  z = μ + σ ε,  y = W₅ relu(W₄ z)
 *     L = (Σ −x log σ(y) − (1 − x) log(1 − σ(y)) − ½ Σ (1 + log σ² − μ² − σ²)) / B
 *
 * with a bias behind each product. A step is one update with Adam, after which its loss is read. The
 * noise ε is data here, eight batches of it in turn, so that all sides see the same.
 */
import { backward } from '@kasane/autograd';
import { binaryCrossEntropyWithLogits, Linear, Module } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import type { Array as JaxArray } from '@jax-js/jax';
import type { Scalar } from '@tensorflow/tfjs';
import { numbers } from '../numbers.ts';
import { jaxJs } from '../peers/jax-js.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import { tfjs } from '../peers/tfjs.ts';
import { onThreads, type Workload } from '../workload.ts';
import { training } from './training.ts';

const BATCH = 128;
const PIXELS = 784;
const HIDDEN = 400;
const LATENT = 20;
const LR = 1e-3;
const INPUTS = numbers(BATCH * PIXELS, 1).map(Math.abs); // (B, 784)
const NOISE = Array.from({ length: 8 }, (_, i) => numbers(BATCH * LATENT, 10 + i)); // (B, 20) each

/** The layers by name: [inputs, outputs], in the order of their seeds. */
const LAYERS = {
  hidden: [PIXELS, HIDDEN],
  mean: [HIDDEN, LATENT],
  variance: [HIDDEN, LATENT], // its logarithm
  decoder: [LATENT, HIDDEN],
  pixels: [HIDDEN, PIXELS],
} as const;
const names = Object.keys(LAYERS) as (keyof typeof LAYERS)[]; // the keys that it was just given

/** From −1/√(fan in) to 1/√(fan in), (out, in). */
const weights = (name: keyof typeof LAYERS): Float32Array<ArrayBuffer> => {
  const [from, to] = LAYERS[name];
  return numbers(from * to, 2 + names.indexOf(name)).map((w) => w / Math.sqrt(from));
};

class Vae extends Module {
  readonly hidden = new Linear(...LAYERS.hidden);
  readonly mean = new Linear(...LAYERS.mean);
  readonly variance = new Linear(...LAYERS.variance);
  readonly decoder = new Linear(...LAYERS.decoder);
  readonly pixels = new Linear(...LAYERS.pixels);

  /** The loss of a batch (B, 784) with noise (B, 20). */
  forward(x: Tensor, noise: Tensor): Tensor {
    const h = this.hidden.forward(x).relu(); // (B, 400)
    const mean = this.mean.forward(h); // (B, 20)
    const logVariance = this.variance.forward(h); // (B, 20)
    const z = mean.add(logVariance.mul(0.5).exp().mul(noise)); // (B, 20)
    const y = this.pixels.forward(this.decoder.forward(z).relu()); // (B, 784)
    const distance = logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).sum().mul(-0.5);
    return binaryCrossEntropyWithLogits(y, x, { reduction: 'sum' }).add(distance).div(BATCH);
  }
}

export const vae: Workload = {
  id: 'vae',
  title: `training step of a 784-400-20 variational autoencoder, batch 128, Adam${onThreads(2)}, compiled`,
  unit: 'ms',
  threads: 2,
  goals: [{ atMost: 6 }],
  native: true,

  ours: kasane(() => {
    const model = new Vae();
    model.loadStateDict(
      Object.fromEntries(
        names.flatMap((name) => {
          const [from, to] = LAYERS[name];
          return [
            [`${name}.weight`, tensor(weights(name), [to, from])],
            [`${name}.bias`, tensor(new Float32Array(to))],
          ];
        }),
      ),
    );
    const optimizer = new Adam(model.parameters(), { lr: LR });
    const x = tensor(INPUTS, [BATCH, PIXELS]);
    const noise = NOISE.map((values) => tensor(values, [BATCH, LATENT]));
    const step = compile((x: Tensor, noise: Tensor): Tensor => {
      const loss = model.forward(x, noise);
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    });
    return training((index) => scope(() => step(x, noise[index % noise.length]!).item()));
  }, 2),

  peers: [
    ...tfjs((tf) => {
      const x = tf.tensor2d(INPUTS, [BATCH, PIXELS]);
      const noise = NOISE.map((values) => tf.tensor2d(values, [BATCH, LATENT]));
      const layer = (name: keyof typeof LAYERS) => {
        const [from, to] = LAYERS[name];
        const w = tf.variable(tf.tensor2d(weights(name), [to, from]).transpose());
        return [w, tf.variable(tf.zeros([to]))] as const;
      };
      const [w1, b1] = layer('hidden');
      const [w2, b2] = layer('mean');
      const [w3, b3] = layer('variance');
      const [w4, b4] = layer('decoder');
      const [w5, b5] = layer('pixels');
      const optimizer = tf.train.adam(LR, 0.9, 0.999, 1e-8);
      return training((index) => {
        // minimize frees what it made, except the loss.
        const loss = optimizer.minimize(() => {
          const h = x.matMul(w1).add(b1).relu(); // (B, 400)
          const mean = h.matMul(w2).add(b2); // (B, 20)
          const logVariance = h.matMul(w3).add(b3); // (B, 20)
          const z = mean.add(
            logVariance
              .mul(0.5)
              .exp()
              .mul(noise[index % noise.length]!),
          ); // (B, 20)
          const y = z.matMul(w4).add(b4).relu().matMul(w5).add(b5); // (B, 784)
          const distance = logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).sum();
          const { sigmoidCrossEntropy } = tf.losses;
          return sigmoidCrossEntropy(x, y, undefined, 0, tf.Reduction.SUM)
            .sub<Scalar>(distance.div(2))
            .div<Scalar>(BATCH);
        }, true)!;
        const value = loss.dataSync()[0]!;
        loss.dispose();
        return value;
      });
    }),

    jaxJs(({ numpy: np, nn, jit, valueAndGrad }) => {
      type Parameters = Record<string, JaxArray>;

      const lossOf = (p: Parameters, x: JaxArray, noise: JaxArray): JaxArray => {
        const linear = (name: keyof typeof LAYERS, input: JaxArray): JaxArray =>
          np.matmul(input, p[`${name}.w`]!).add(p[`${name}.b`]!);
        const h = nn.relu(linear('hidden', x.ref)); // (B, 400)
        const mean = linear('mean', h.ref); // (B, 20)
        const logVariance = linear('variance', h); // (B, 20)
        const z = mean.ref.add(np.exp(logVariance.ref.mul(0.5)).mul(noise)); // (B, 20)
        const y = linear('pixels', nn.relu(linear('decoder', z))); // (B, 784)
        const entropy = np.sum(nn.softplus(y.ref).sub(x.mul(y)));
        const spread = logVariance.ref.sub(np.exp(logVariance));
        const distance = np.sum(spread.add(1).sub(np.square(mean))).mul(-0.5);
        return entropy.add(distance).mul(1 / BATCH);
      };
      // The update is compiled into the step, as jax-js advises.
      const update = jit(
        (
          p: Parameters,
          m: Parameters,
          v: Parameters,
          x: JaxArray,
          noise: JaxArray,
          corrections: JaxArray[], // 1 − β₁ᵗ and 1 − β₂ᵗ
        ) => {
          const kept = Object.fromEntries(Object.entries(p).map(([name, a]) => [name, a.ref]));
          const [loss, g] = valueAndGrad(lossOf)(kept, x, noise);
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

      const x = np.array(INPUTS).reshape([BATCH, PIXELS]);
      const noise = NOISE.map((values) => np.array(values).reshape([BATCH, LATENT]));
      let p: Parameters = {};
      let m: Parameters = {};
      let v: Parameters = {};
      for (const name of names) {
        const [from, to] = LAYERS[name];
        p[`${name}.w`] = np.array(weights(name)).reshape([to, from]).transpose();
        p[`${name}.b`] = np.zeros([to]);
        for (const moments of [m, v]) {
          moments[`${name}.w`] = np.zeros([from, to]);
          moments[`${name}.b`] = np.zeros([to]);
        }
      }
      return training((index) => {
        const corrections = [0.9, 0.999].map((beta) => np.array(1 - beta ** (index + 1)));
        const [loss, ...next] = update(
          p,
          m,
          v,
          x.ref,
          noise[index % noise.length]!.ref,
          corrections,
        );
        [p, m, v] = next;
        return loss.dataSync()[0]!;
      });
    }),

    pytorch('vae.py', 1),
    pytorch('vae.py', 2),
  ],
};
