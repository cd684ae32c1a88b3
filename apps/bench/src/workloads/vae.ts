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
import type { Scalar } from '@tensorflow/tfjs';
import { numbers } from '../numbers.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import { tfjs } from '../peers/tfjs.ts';
import type { Workload } from '../workload.ts';
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
  title: 'training step of a 784-400-20 variational autoencoder, batch 128, Adam, compiled',
  unit: 'ms',
  threads: 1,
  goals: [{ atMost: 6 }],

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
  }),

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

    pytorch('vae.py', 1),
    pytorch('vae.py', 2),
  ],
};
