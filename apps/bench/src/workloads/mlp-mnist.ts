/**
 * A classifier of the size that digits are learned with: 784-500-300-10, relu twice, batch 100.
 *
 *     L = mean(−log softmax(relu(relu(x W₁ + b₁) W₂ + b₂) W₃ + b₃)[y])
 *     v ← 0.9 v + 0.1 g²,   p ← p − 10⁻⁴ g / √v
 *
 * A step is one update, after which its loss is read. The ε that RMSprop adds below the fraction is so
 * small that it makes no difference whether it stands inside of the root (tfjs) or outside (PyTorch).
 */
import { backward } from '@kasane/autograd';
import { crossEntropy } from '@kasane/nn';
import { RMSprop } from '@kasane/optim';
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

const BATCH = 100;
const SIZES = [784, 500, 300, 10] as const;
const LR = 1e-4;
// RMSprop begins with steps that go by the sign of a gradient, however close to zero: after a dozen of
// them, rounding shows in the loss. Each step moves it by half a percent.
const COMPARED = 6;
const DECAY = 0.9;
const INPUTS = numbers(BATCH * SIZES[0], 1).map(Math.abs); // (B, 784)
const LABELS = Int32Array.from({ length: BATCH }, (_, i) => (i * 7) % 10); // (B)
// Of the variance that keeps signals their size behind relu, 2 / fan in; sines have variance 1/2.
const weights = (layer: 0 | 1 | 2): Float32Array<ArrayBuffer> =>
  numbers(SIZES[layer] * SIZES[layer + 1]!, 2 + layer).map((w) => w * Math.sqrt(4 / SIZES[layer]));
const LAYERS = [0, 1, 2] as const;

const workload = (compiled: boolean): Workload => ({
  id: compiled ? 'mlp-mnist-compiled' : 'mlp-mnist',
  title: `training step of a 784-500-300-10 relu net, batch 100, RMSprop${onThreads(2)}${compiled ? ', compiled' : ', eager'}`,
  unit: 'ms',
  threads: 2,
  goals: [{ atLeast: 10, against: ['tfjs wasm'] }, { atMost: 7 }],
  native: true,

  ours: kasane(() => {
    const x = tensor(INPUTS, [BATCH, SIZES[0]]);
    const y = tensor(LABELS, { dtype: 'int32' });
    const w = LAYERS.map((l) =>
      tensor(weights(l), [SIZES[l], SIZES[l + 1]!], { requiresGrad: true }),
    );
    const b = LAYERS.map((l) => tensor(new Float32Array(SIZES[l + 1]!), { requiresGrad: true }));
    const optimizer = new RMSprop([...w, ...b], { lr: LR, alpha: DECAY, eps: 1e-12 });
    const eager = (x: Tensor, y: Tensor): Tensor => {
      const h1 = x.matmul(w[0]!).add(b[0]!).relu(); // (B, 500)
      const h2 = h1.matmul(w[1]!).add(b[1]!).relu(); // (B, 300)
      const loss = crossEntropy(h2.matmul(w[2]!).add(b[2]!), y);
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    };
    const step = compiled ? compile(eager) : eager;
    return training(() => scope(() => step(x, y).item()), COMPARED);
  }, 2),

  peers: [
    ...tfjs((tf) => {
      const x = tf.tensor2d(INPUTS, [BATCH, SIZES[0]]);
      const y = tf.oneHot(tf.tensor1d(LABELS, 'int32'), 10); // (B, 10)
      const w = LAYERS.map((l) => tf.variable(tf.tensor2d(weights(l), [SIZES[l], SIZES[l + 1]!])));
      const b = LAYERS.map((l) => tf.variable(tf.zeros([SIZES[l + 1]!])));
      const optimizer = tf.train.rmsprop(LR, DECAY, 0, 1e-24);
      return training(() => {
        // minimize frees what it made, except the loss.
        const loss = optimizer.minimize(() => {
          const h1 = x.matMul(w[0]!).add(b[0]!).relu(); // (B, 500)
          const h2 = h1.matMul(w[1]!).add(b[1]!).relu(); // (B, 300)
          return tf.losses.softmaxCrossEntropy(y, h2.matMul(w[2]!).add(b[2]!)).asScalar();
        }, true)!;
        const value = loss.dataSync()[0]!;
        loss.dispose();
        return value;
      }, COMPARED);
    }),

    jaxJs(({ numpy: np, nn, jit, valueAndGrad }) => {
      type Parameters = Record<string, JaxArray>;

      const lossOf = (p: Parameters, x: JaxArray, y: JaxArray): JaxArray => {
        const h1 = nn.relu(np.matmul(x, p['w0']!).add(p['b0']!)); // (B, 500)
        const h2 = nn.relu(np.matmul(h1, p['w1']!).add(p['b1']!)); // (B, 300)
        const scores = np.matmul(h2, p['w2']!).add(p['b2']!); // (B, 10)
        return np.sum(nn.logSoftmax(scores).mul(y)).mul(-1 / BATCH);
      };
      // The update is compiled into the step, as jax-js advises.
      const update = jit((p: Parameters, v: Parameters, x: JaxArray, y: JaxArray) => {
        const kept = Object.fromEntries(Object.entries(p).map(([name, a]) => [name, a.ref]));
        const [loss, g] = valueAndGrad(lossOf)(kept, x, y);
        const nextP: Parameters = {};
        const nextV: Parameters = {};
        for (const name of Object.keys(p)) {
          const mean = v[name]!.mul(DECAY).add(np.square(g[name]!.ref).mul(1 - DECAY));
          nextV[name] = mean.ref;
          nextP[name] = p[name]!.sub(g[name]!.mul(LR).div(np.sqrt(mean).add(1e-12)));
        }
        return [loss, nextP, nextV] as [JaxArray, Parameters, Parameters];
      });

      const x = np.array(INPUTS).reshape([BATCH, SIZES[0]]);
      const y = nn.oneHot(np.array(LABELS), 10); // (B, 10)
      let p: Parameters = {};
      let v: Parameters = {};
      for (const l of LAYERS) {
        p[`w${l}`] = np.array(weights(l)).reshape([SIZES[l], SIZES[l + 1]!]);
        p[`b${l}`] = np.zeros([SIZES[l + 1]!]);
        v[`w${l}`] = np.zeros([SIZES[l], SIZES[l + 1]!]);
        v[`b${l}`] = np.zeros([SIZES[l + 1]!]);
      }
      return training(() => {
        const [loss, nextP, nextV] = update(p, v, x.ref, y.ref);
        p = nextP;
        v = nextV;
        return loss.dataSync()[0]!;
      }, COMPARED);
    }),

    pytorch('mlp-mnist.py', 1),
    pytorch('mlp-mnist.py', 2),
  ],
});

export const mlpMnist: Workload = workload(false);
export const mlpMnistCompiled: Workload = workload(true);
