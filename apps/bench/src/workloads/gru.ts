import { GRU } from '@kasane/layers-rnn';
import type { Workload } from '../workload.ts';
import { BATCH, HIDDEN, INPUT, recurrent, TIME } from './recurrent.ts';

export const gru: Workload = recurrent({
  id: 'gru',
  name: 'GRU',
  gates: 3,
  threads: 2,
  atMost: 20,
  layer: () => new GRU(INPUT, HIDDEN, { bias: false }),
  // By hand: tf.layers.gru refuses to reset after the product, which PyTorch always does.
  tfjs(tf, kernel, recurrent) {
    const w = tf.variable(kernel); // (64, 3 · 128)
    const u = tf.variable(recurrent); // (128, 3 · 128)
    return (input) => {
      const projected = input.reshape([BATCH * TIME, INPUT]).matMul(w); // (B · T, 3 · 128)
      const steps = projected.reshape([BATCH, TIME, 3 * HIDDEN]).unstack(1); // (B, 3 · 128) each
      let h = tf.zeros([BATCH, HIDDEN]);
      for (const step of steps) {
        const [xr, xz, xn] = tf.split(step, 3, 1);
        const [hr, hz, hn] = tf.split(h.matMul(u), 3, 1);
        const r = xr!.add(hr!).sigmoid(); // (B, 128)
        const z = xz!.add(hz!).sigmoid();
        const n = xn!.add(r.mul(hn!)).tanh();
        h = n.add(z.mul(h.sub(n)));
      }
      return h;
    };
  },
});
