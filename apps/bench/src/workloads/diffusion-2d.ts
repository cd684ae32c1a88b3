/**
 * Diffusion of points in the plane: a network with three hidden layers of 128 learns the velocity v of 256 points in 100 steps of the
 * cosine schedule.
 *
 *     s = signal[t] x + noise[t] ε,   L = mean (f(s, t) − (signal[t] ε − noise[t] x))²
 *
 * f sees the point beside three sines and cosines of t. A step is one update with Adam, after which its loss is read. Points, noise and
 * times are data here, eight batches of them in turn, so that all sides see the same. 20,000 steps are a training: under 30 s.
 */
import { backward } from '@kasane/autograd';
import { cosineSchedule, GaussianDiffusion, PointNetwork } from '@kasane/generative';
import { Adam } from '@kasane/optim';
import { scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import type { Array as JaxArray } from '@jax-js/jax';
import { numbers } from '../numbers.ts';
import { jaxJs } from '../peers/jax-js.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import { tfjs } from '../peers/tfjs.ts';
import { onThreads, type Workload } from '../workload.ts';
import { training } from './training.ts';

const BATCH = 256;
const WIDTH = 128;
const SIZES = [2 + 6, WIDTH, WIDTH, WIDTH, 2] as const;
const T = 100;
const LR = 1e-3;
const BATCHES = 8;

const rounds = Array.from({ length: BATCHES }, (_, i) => i);
const POINTS = rounds.map((i) => numbers(BATCH * 2, 1 + i)); // (B, 2) each
const NOISE = rounds.map((i) => numbers(BATCH * 2, 11 + i)); // (B, 2)
const TIMES = rounds.map((i) => Int32Array.from({ length: BATCH }, (_, n) => (n * 37 + i) % T));

/** From −1/√(fan in) to 1/√(fan in), (out, in). */
const weights = (layer: number): Float32Array<ArrayBuffer> => {
  const [from, to] = [SIZES[layer]!, SIZES[layer + 1]!];
  return numbers(from * to, 21 + layer).map((w) => w / Math.sqrt(from));
};

export const diffusion2d: Workload = {
  id: 'diffusion-2d',
  title: `training step of diffusion in the plane, 3 × 128, batch 256, Adam${onThreads(2)}, compiled`,
  unit: 'ms',
  threads: 2,
  goals: [{ atMost: 1.5 }],
  native: true,

  ours: kasane(() => {
    const network = new PointNetwork(2, { maxTime: T });
    const { layers } = network;
    for (let l = 0; l < SIZES.length - 1; l++) {
      const [weight, bias] = layers.at(2 * l)!.parameters();
      weight!.assign(tensor(weights(l), [SIZES[l + 1]!, SIZES[l]!]));
      bias!.assign(tensor(new Float32Array(SIZES[l + 1]!)));
    }
    const diffusion = new GaussianDiffusion(cosineSchedule(T), { objective: 'v' });
    const optimizer = new Adam(network.parameters(), { lr: LR });
    const inputs = rounds.map(
      (i) =>
        [
          tensor(POINTS[i]!, [BATCH, 2]),
          tensor(NOISE[i]!, [BATCH, 2]),
          tensor(TIMES[i]!, [BATCH]),
        ] as const,
    );
    const step = compile((x: Tensor, noise: Tensor, t: Tensor): Tensor => {
      const loss = diffusion.loss((at, when) => network.forward(at, when), x, { noise, t });
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    });
    return training((index) => scope(() => step(...inputs[index % BATCHES]!).item()));
  }, 2),

  peers: [
    ...tfjs((tf) => {
      const { signal, noise: spread } = cosineSchedule(T);
      const column = (table: Float64Array, times: Int32Array) =>
        tf.tensor2d(
          Float32Array.from(times, (t) => table[t]!),
          [BATCH, 1],
        );
      const inputs = rounds.map((i) => ({
        x: tf.tensor2d(POINTS[i]!, [BATCH, 2]),
        noise: tf.tensor2d(NOISE[i]!, [BATCH, 2]),
        a: column(signal, TIMES[i]!),
        s: column(spread, TIMES[i]!),
        time: tf.tensor2d(Float32Array.from(TIMES[i]!), [BATCH, 1]),
      }));
      const angles = tf.tensor2d(
        [1, 2, 4].map((k) => (Math.PI * k) / (2 * T)),
        [1, 3],
      );
      const layers = SIZES.slice(1).map(
        (to, l) =>
          [
            tf.variable(tf.tensor2d(weights(l), [to, SIZES[l]!]).transpose()),
            tf.variable(tf.zeros([to])),
          ] as const,
      );
      const optimizer = tf.train.adam(LR, 0.9, 0.999, 1e-8);
      return training((index) => {
        const { x, noise, a, s, time } = inputs[index % BATCHES]!;
        // minimize frees what it made, except the loss.
        const loss = optimizer.minimize(() => {
          const turned = time.mul(angles); // (B, 3)
          const seen = x.mul(a).add(noise.mul(s)); // (B, 2)
          let h = tf.concat([seen, turned.sin(), turned.cos()], 1); // (B, 8)
          layers.forEach(([w, b], l) => {
            h = h.matMul(w).add(b);
            if (l < layers.length - 1) h = h.relu();
          });
          return h.sub(noise.mul(a).sub(x.mul(s))).square().mean().asScalar();
        }, true)!; // prettier-ignore
        const value = loss.dataSync()[0]!;
        loss.dispose();
        return value;
      });
    }),

    jaxJs(({ numpy: np, nn, jit, valueAndGrad }) => {
      type Parameters = Record<string, JaxArray>;
      const names = SIZES.slice(1).flatMap((_, l) => [`w${l}`, `b${l}`]);

      const lossOf = (p: Parameters, seen: JaxArray, wanted: JaxArray): JaxArray => {
        let h = seen; // (B, 8)
        for (let l = 0; l < SIZES.length - 1; l++) {
          h = np.matmul(h, p[`w${l}`]!).add(p[`b${l}`]!);
          if (l < SIZES.length - 2) h = nn.relu(h);
        }
        return np.mean(np.square(h.sub(wanted)));
      };
      // The update is compiled into the step, as jax-js advises.
      const update = jit(
        (
          p: Parameters,
          m: Parameters,
          v: Parameters,
          [x, noise, a, s, turned]: JaxArray[],
          corrections: JaxArray[], // 1 − β₁ᵗ and 1 − β₂ᵗ
        ) => {
          const mixed = x!.ref.mul(a!.ref).add(noise!.ref.mul(s!.ref));
          const seen = np.concatenate([mixed, np.sin(turned!.ref), np.cos(turned!)], 1);
          const wanted = noise!.mul(a!).sub(x!.mul(s!));
          const kept = Object.fromEntries(Object.entries(p).map(([name, one]) => [name, one.ref]));
          const [loss, g] = valueAndGrad(lossOf)(kept, seen, wanted);
          const nextP: Parameters = {};
          const nextM: Parameters = {};
          const nextV: Parameters = {};
          for (const name of names) {
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

      const { signal, noise: spread } = cosineSchedule(T);
      const column = (table: Float64Array, times: Int32Array): JaxArray =>
        np.array(Float32Array.from(times, (t) => table[t]!)).reshape([BATCH, 1]);
      // Where jax-js has the angles of the times given, the others compute them.
      const inputs = rounds.map((i) => [
        np.array(POINTS[i]!).reshape([BATCH, 2]),
        np.array(NOISE[i]!).reshape([BATCH, 2]),
        column(signal, TIMES[i]!),
        column(spread, TIMES[i]!),
        np
          .array(
            Float32Array.from(
              { length: BATCH * 3 },
              (_, j) => (TIMES[i]![Math.floor(j / 3)]! * Math.PI * 2 ** (j % 3)) / (2 * T),
            ),
          )
          .reshape([BATCH, 3]),
      ]);
      let p: Parameters = {};
      let m: Parameters = {};
      let v: Parameters = {};
      SIZES.slice(1).forEach((to, l) => {
        p[`w${l}`] = np.array(weights(l)).reshape([to, SIZES[l]!]).transpose();
        p[`b${l}`] = np.zeros([to]);
        for (const moments of [m, v]) {
          moments[`w${l}`] = np.zeros([SIZES[l]!, to]);
          moments[`b${l}`] = np.zeros([to]);
        }
      });
      return training((index) => {
        const corrections = [0.9, 0.999].map((beta) => np.array(1 - beta ** (index + 1)));
        const given = inputs[index % BATCHES]!.map((one) => one.ref);
        const [loss, ...next] = update(p, m, v, given, corrections);
        [p, m, v] = next;
        return loss.dataSync()[0]!;
      });
    }),

    pytorch('diffusion-2d.py', 1),
    pytorch('diffusion-2d.py', 2),
  ],
};
