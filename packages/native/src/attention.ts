/** Attention: the scores by the library, softmax by the kernel. */
import type { Kernels } from '@kasane/tensor-core';
import type { Products } from './product.ts';
import { withRoom, type Memory } from './room.ts';

/** softmax(scale q kᵀ + mask), with scale q kᵀ + mask as the mask of the kernel's own, which is given vectors without elements. */
export function attention(
  products: Products,
  memory: Memory,
  below: Kernels,
): Pick<Kernels, 'attentionWeights'> {
  return {
    attentionWeights(...args) {
      const [q, k, mask, out, scratch, batch, t, s, d, maskStep, maskRow, first, causal, scale] =
        args;
      const area = t * s;
      const done =
        products.pays(t, s, d) &&
        withRoom(memory, [area], (scores) => {
          for (let i = 0; i < batch; i++) {
            // The mask's rows may be one and the same.
            if (mask !== 0) {
              const from = (mask >>> 0) + 4 * i * maskStep;
              below.stridedCopy(from, scores, 1, 1, t, s, 0, 0, maskRow, 1, 0);
            }
            const fits = products.multiply(
              false,
              true,
              [t, s, d],
              { at: (q >>> 0) + 4 * i * t * d, row: d },
              { at: (k >>> 0) + 4 * i * s * d, row: d },
              { at: scores, row: s },
              scale,
              mask === 0 ? 0 : 1,
            );
            if (!fits) return false;
            const to = (out >>> 0) + 4 * i * area;
            below.attentionWeights(q, k, scores, to, scratch, 1, t, s, 0, 0, s, first, causal, 1);
          }
          return true;
        });
      if (!done) below.attentionWeights(...args);
    },
  };
}
