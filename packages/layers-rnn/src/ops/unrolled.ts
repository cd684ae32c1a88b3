import { stack, type Tensor } from '@kasane/tensor-core';
import { cells, type Parts, type RecurrenceKind } from './recurrence-inputs.ts';

interface State {
  readonly h: Tensor;
  /** Absent for kinds without a cell state. */
  readonly c: Tensor | undefined;
}

/**
 * A recurrence as ordinary ops, one step after the other: the states at all steps and, for kinds with a
 * cell state, its last one, in one tensor (T, B, H) or (T + 1, B, H). Walked in reverse, the last cell
 * state comes first.
 */
export function unrolled(kind: RecurrenceKind, reverse: boolean, parts: Parts<Tensor>): Tensor {
  const { projected, h0, c0, lengths } = parts;
  const inputs = projected.unbind(0);
  const states: Tensor[] = [];
  let state: State = { h: h0, c: c0 };
  for (let s = 0; s < inputs.length; s++) {
    const t = reverse ? inputs.length - 1 - s : s;
    const next = step(kind, inputs[t]!, state, parts);
    const live = lengths?.greater(t).unsqueeze(1); // (B, 1)
    state = live === undefined ? next : choose(live, next, state);
    states.push(state.h);
  }
  if (state.c !== undefined) states.push(state.c);
  return stack(reverse ? states.toReversed() : states, 0);
}

function choose(live: Tensor, next: State, before: State): State {
  return {
    h: live.where(next.h, before.h),
    c: next.c === undefined ? undefined : live.where(next.c, before.c!),
  };
}

/** One step of every row: x (B, G·H). */
function step(kind: RecurrenceKind, x: Tensor, { h, c }: State, parts: Parts<Tensor>): State {
  const { weightHh, biasHh, mask, peephole } = parts;
  const hidden = h.shape[1]!;
  const seen = mask === undefined ? h : h.mul(mask); // (B, H)
  const gate = (of: Tensor, i: number, count: number = 1): Tensor =>
    of.slice(-1, i * hidden, (i + count) * hidden);
  /** The recurrent shares of `count` gates from the i-th on. */
  const share = (v: Tensor, i: number, count: number): Tensor => {
    const rows = [i * hidden, (i + count) * hidden] as const;
    const product = v.matmul(weightHh.slice(0, ...rows), { transposeB: true });
    return biasHh === undefined ? product : product.add(biasHh.slice(0, ...rows));
  };
  if (cells[kind].gates === 3) {
    // r, z = σ(x + W h + b), h' = (1 - z) ⊙ n + z ⊙ h
    const rz = gate(x, 0, 2)
      .add(share(seen, 0, 2))
      .sigmoid();
    const [r, z] = [gate(rz, 0), gate(rz, 1)];
    // n = tanh(x + r ⊙ (W h + b)), or, with the reset before, n = tanh(x + W (r ⊙ h) + b)
    const candidate = kind === 'gru' ? r.mul(share(seen, 2, 1)) : share(r.mul(seen), 2, 1);
    const n = gate(x, 2).add(candidate).tanh();
    return { h: n.add(z.mul(h.sub(n))), c };
  }
  const sums = x.add(share(seen, 0, cells[kind].gates)); // (B, G·H)
  if (!cells[kind].hasCell) return { h: activate(kind, sums), c };
  // i, f, o = σ(x + W h + b + p ⊙ c), g = tanh(x + W h + b), c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh c'
  const peep = (of: Tensor, state: Tensor, i: number): Tensor =>
    peephole === undefined ? of : of.add(state.mul(peephole.select(0, i)));
  const i = peep(gate(sums, 0), c!, 0).sigmoid();
  const f = peep(gate(sums, 1), c!, 1).sigmoid();
  const next = f.mul(c!).add(i.mul(gate(sums, 2).tanh()));
  const o = peep(gate(sums, 3), next, 2).sigmoid();
  return { h: o.mul(next.tanh()), c: next };
}

function activate(kind: RecurrenceKind, x: Tensor): Tensor {
  if (kind === 'relu') return x.relu();
  return kind === 'sigmoid' ? x.sigmoid() : x.tanh();
}
