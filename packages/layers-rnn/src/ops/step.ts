import type { Tensor } from '@kasane/tensor-core';
import type { Parts, RecurrenceKind } from './recurrence-inputs.ts';

/** What is carried from step to step, (B, H) each. */
export interface StepState {
  readonly h: Tensor;
  /** Absent for kinds without a cell state. */
  readonly c: Tensor | undefined;
}

/** What all steps of a sequence have in common. */
export type StepWeights = Pick<Parts<Tensor>, 'weightHh' | 'biasHh' | 'mask' | 'peephole'>;

/** One step by ordinary ops: from the inputs' shares of the gates, (B, G·H), and a state to the next. */
export function stepOf(
  kind: RecurrenceKind,
  { weightHh, biasHh, mask, peephole }: StepWeights,
): (x: Tensor, state: StepState) => StepState {
  const hidden = weightHh.shape[1]!;
  const seen = (h: Tensor): Tensor => (mask === undefined ? h : h.mul(mask));
  const product = (v: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor => {
    const sums = v.matmul(weight, { transposeB: true });
    return bias === undefined ? sums : sums.add(bias);
  };
  const recurrent = (h: Tensor): Tensor => product(seen(h), weightHh, biasHh); // (B, G·H)
  switch (kind) {
    case 'lstm':
    case 'peepholeLstm': {
      // i, f, o = σ(x + W h + b + p ⊙ c), g = tanh(x + W h + b), c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh c'
      const [pI, pF, pO] = peephole?.chunk(3, 0) ?? []; // (1, H)
      const peep = (sum: Tensor, state: Tensor, p: Tensor | undefined): Tensor =>
        p === undefined ? sum : sum.add(state.mul(p));
      return (x, { h, c }) => {
        const [i, f, g, o] = x.add(recurrent(h)).chunk(4, 1); // (B, H)
        const written = peep(i!, c!, pI).sigmoid().mul(g!.tanh());
        const next = peep(f!, c!, pF).sigmoid().mul(c!).add(written);
        return { h: peep(o!, next, pO).sigmoid().mul(next.tanh()), c: next };
      };
    }
    case 'gru':
      // r, z = σ(x + W h + b), n = tanh(x + r ⊙ (W h + b)), h' = (1 - z) ⊙ n + z ⊙ h
      return (x, { h, c }) => {
        const [xr, xz, xn] = x.chunk(3, 1); // (B, H)
        const [hr, hz, hn] = recurrent(h).chunk(3, 1);
        const r = xr!.add(hr!).sigmoid();
        const z = xz!.add(hz!).sigmoid();
        const n = xn!.add(r.mul(hn!)).tanh();
        return { h: n.add(z.mul(h.sub(n))), c };
      };
    case 'gruResetBefore': {
      // As before, but n = tanh(x + W (r ⊙ h) + b)
      const parts = [2 * hidden, hidden];
      const [wrz, wn] = weightHh.split(parts);
      const [brz, bn] = biasHh?.split(parts) ?? [];
      return (x, { h, c }) => {
        const [xrz, xn] = x.split(parts, 1);
        const [r, z] = xrz!
          .add(product(seen(h), wrz!, brz))
          .sigmoid()
          .chunk(2, 1);
        const n = xn!.add(product(seen(r!.mul(h)), wn!, bn)).tanh();
        return { h: n.add(z!.mul(h.sub(n))), c };
      };
    }
    default:
      return (x, { h, c }) => ({ h: x.add(recurrent(h))[kind](), c });
  }
}
