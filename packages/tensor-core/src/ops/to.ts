import type { OpDef } from '../op.ts';

/** The record of a move to another backend; the copy itself is `Tensor.to`. */
export const to: OpDef = {
  name: 'to',
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  reference([x], _, out) {
    out.data.set(x!.data);
  },
  vjp: ({ inputs: [x], grad }) => [grad.to(x!.backend)],
};
