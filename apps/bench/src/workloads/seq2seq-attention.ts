/**
 * A translator with attention: a GRU that reads 20 words, another that writes 20 and looks back, 256 numbers each, batch 64.
 *
 *     h_s = GRU(E x_s),  z_t = GRU(E' y_t),  z_0 = h_S,  a_t = softmax(z_t · h),  c_t = Σ a_ts h_s
 *     L = mean −log softmax(W tanh(W_c [c_t; z_t]) + b)
 *
 * A step is one update with Adam, after which its loss is read. The GRUs have no biases, as in the row of the GRU alone.
 */
import { backward } from '@kasane/autograd';
import { GRU } from '@kasane/layers-rnn';
import { Embedding } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Decoder, DotAttention, Encoder, Seq2Seq, sequenceLoss } from '@kasane/seq2seq';
import { scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import type { Scalar, Tensor as TfTensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { numbers } from '../numbers.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import { tfjs } from '../peers/tfjs.ts';
import { onThreads, type Workload } from '../workload.ts';
import { training } from './training.ts';

const BATCH = 64;
const TIME = 20;
const WORDS = 4000;
const HIDDEN = 256;
const LR = 1e-3;
const COMPARED = 3; // of steps that take seconds elsewhere

const words = (seed: number): Int32Array =>
  Int32Array.from(numbers(BATCH * TIME, seed), (x) => Math.floor(((x + 1) / 2) * (WORDS - 1)));
const SOURCE = words(1); // (B, T)
const TARGET = words(2);
const LABELS = words(3);

/** Parameters by name, with their shapes, in the order of their seeds. */
const SHAPES = {
  'encoder.embedding.weight': [WORDS, HIDDEN],
  'encoder.recurrent.weight_ih_l0': [3 * HIDDEN, HIDDEN],
  'encoder.recurrent.weight_hh_l0': [3 * HIDDEN, HIDDEN],
  'decoder.embedding.weight': [WORDS, HIDDEN],
  'decoder.recurrent.weight_ih_l0': [3 * HIDDEN, HIDDEN],
  'decoder.recurrent.weight_hh_l0': [3 * HIDDEN, HIDDEN],
  'decoder.combine.weight': [HIDDEN, 2 * HIDDEN],
  'decoder.output.weight': [WORDS, HIDDEN],
} as const;
type Name = keyof typeof SHAPES;
const names = Object.keys(SHAPES) as Name[]; // the keys that it was just given

/** From −1/√(columns) to 1/√(columns). */
const weights = (name: Name): Float32Array<ArrayBuffer> => {
  const [rows, columns] = SHAPES[name];
  return numbers(rows * columns, 4 + names.indexOf(name)).map((w) => w / Math.sqrt(columns));
};

export const seq2seqAttention: Workload = {
  id: 'seq2seq-attention',
  title: `training step of GRU 256 to GRU 256 with dot attention, T 20, V 4,000, batch 64, Adam${onThreads(2)}, compiled`,
  unit: 'ms',
  threads: 2,
  goals: [{ atMost: 220 }],
  native: true,

  ours: kasane(() => {
    const table = (): Embedding => new Embedding(WORDS, HIDDEN);
    const cells = (): GRU => new GRU(HIDDEN, HIDDEN, { bias: false });
    const model = new Seq2Seq(
      new Encoder(table(), cells()),
      new Decoder(table(), cells(), { attention: new DotAttention(HIDDEN) }),
    );
    model.loadStateDict({
      ...Object.fromEntries(names.map((name) => [name, tensor(weights(name), SHAPES[name])])),
      'decoder.output.bias': tensor(new Float32Array(WORDS)),
    });
    const optimizer = new Adam(model.parameters(), { lr: LR });
    const [source, target, labels] = [SOURCE, TARGET, LABELS].map((tokens) =>
      tensor(tokens, [BATCH, TIME], { dtype: 'int32' }),
    ) as [Tensor, Tensor, Tensor]; // as many as there are lists
    const step = compile((source: Tensor, target: Tensor, labels: Tensor): Tensor => {
      // No word is padding.
      const loss = sequenceLoss(model.forward({ source, target }), labels, { paddingIdx: WORDS });
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    });
    return training(() => scope(() => step(source, target, labels).item()), COMPARED);
  }, 2),

  peers: [
    // tfjs has no gradient of rows on WebAssembly, so that words are one-hot and multiplied.
    ...tfjs((tf) => {
      const parameter = (name: Name) =>
        tf.variable(tf.tensor2d(weights(name), [...SHAPES[name]]).transpose<Tensor2D>());
      const p: Readonly<Record<string, Tensor2D>> = Object.fromEntries(
        names.map((name) => [name, parameter(name)]),
      );
      const bias = tf.variable(tf.zeros([WORDS]));
      const oneHot = (tokens: Int32Array): Tensor2D => tf.oneHot(tokens, WORDS).cast('float32');
      const [source, target, labels] = [oneHot(SOURCE), oneHot(TARGET), oneHot(LABELS)];
      /** The states at all steps, (B, T, 256). */
      const gru = (side: 'encoder' | 'decoder', x: Tensor2D, first: TfTensor): Tensor3D => {
        const vectors = x.matMul(p[`${side}.embedding.weight`]!, false, true); // (B · T, 256)
        const projected = vectors.matMul(p[`${side}.recurrent.weight_ih_l0`]!);
        const steps = projected.reshape([BATCH, TIME, 3 * HIDDEN]).unstack(1); // (B, 3 · 256) each
        let h = first;
        const states = steps.map((step) => {
          const [xr, xz, xn] = tf.split(step, 3, 1);
          const [hr, hz, hn] = tf.split(h.matMul(p[`${side}.recurrent.weight_hh_l0`]!), 3, 1);
          const z = xz!.add(hz!).sigmoid(); // (B, 256)
          const n = xn!.add(xr!.add(hr!).sigmoid().mul(hn!)).tanh();
          h = n.add(z.mul(h.sub(n)));
          return h;
        });
        return tf.stack(states, 1).reshape<Tensor3D>([BATCH, TIME, HIDDEN]);
      };
      const optimizer = tf.train.adam(LR, 0.9, 0.999, 1e-8);
      return training(() => {
        // minimize frees what it made, except the loss.
        const loss = optimizer.minimize(() => {
          const read = gru('encoder', source!, tf.zeros([BATCH, HIDDEN])); // (B, T, 256)
          const last = read.slice([0, TIME - 1, 0], [BATCH, 1, HIDDEN]).reshape([BATCH, HIDDEN]);
          const written = gru('decoder', target!, last);
          const seen = written.matMul(read, false, true).softmax().matMul(read); // (B, T, 256)
          const both = tf.concat([seen, written], 2).reshape([BATCH * TIME, 2 * HIDDEN]);
          const hidden = both.matMul(p['decoder.combine.weight']!).tanh();
          const logits = hidden.matMul(p['decoder.output.weight']!).add(bias); // (B · T, V)
          return tf.losses.softmaxCrossEntropy(labels!, logits) as Scalar;
        }, true)!;
        const value = loss.dataSync()[0]!;
        loss.dispose();
        return value;
      }, COMPARED);
    }),

    pytorch('seq2seq-attention.py', 1),
    pytorch('seq2seq-attention.py', 2),
  ],
};
