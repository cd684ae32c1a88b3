import type { OpDef } from '../op.ts';
import { likeFirst } from './infer.ts';

/** The record of a move to another backend; the copy itself is `Tensor.to` or `toAsync`. */
export const to: OpDef = {
  name: 'to',
  infer: likeFirst,
  reference([x], _, out) {
    out.data.set(x!.data);
  },
  moves: true,
  vjp: ({ inputs: [x], grad }) => [grad.to(x!.backend)],
};
