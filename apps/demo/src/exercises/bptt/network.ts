/** The network and its gradients by hand, from the last step to the first. */
import { zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { float64 } from '../../float64.ts';

export interface Weights {
  readonly wIn: Tensor; // (I, H)
  readonly w: Tensor; // (H, H)
  readonly wOut: Tensor; // (H, O)
  readonly b: Tensor; // (1, H)
  readonly c: Tensor; // (1, O)
}

/** f and its derivative written through z = f(u). */
export const ACTIVATIONS = {
  sigmoid: {
    f: (u: Tensor): Tensor => u.sigmoid(),
    slope: (z: Tensor): Tensor => z.mul(z.neg().add(1)), // σ' = σ (1 − σ)
  },
  tanh: {
    f: (u: Tensor): Tensor => u.tanh(),
    slope: (z: Tensor): Tensor => z.square().neg().add(1), // tanh' = 1 − tanh²
  },
  identity: {
    f: (u: Tensor): Tensor => u,
    slope: (z: Tensor): Tensor => z.newFull(z.shape, 1),
  },
};
export type Activation = (typeof ACTIVATIONS)[keyof typeof ACTIVATIONS];

/** One step's values; index 0 of `z` is the initial state. */
export interface Trace {
  readonly u: readonly Tensor[];
  readonly z: readonly Tensor[];
  readonly y: readonly Tensor[];
}

/** `shift` moves each u^t, so that ∂E/∂shift^t is ∂E/∂u^t. */
export function forward(
  { wIn, w, wOut, b, c }: Weights,
  x: readonly Tensor[],
  f: Activation['f'],
  shift?: readonly Tensor[],
): Trace {
  const u: Tensor[] = [];
  const z = [zeros(b.shape, float64())]; // (1, H)
  const y: Tensor[] = [];
  for (const [t, xt] of x.entries()) {
    const ut = xt.matmul(wIn).add(z[t]!.matmul(w)).add(b); // (1, H)
    u.push(shift === undefined ? ut : ut.add(shift[t]!));
    z.push(f(u[t]!));
    y.push(z[t + 1]!.matmul(wOut).add(c).sigmoid()); // (1, O)
  }
  return { u, z, y };
}

/** E = Σ_t (y^t − d^t)² / 2 */
export const errorOf = (y: readonly Tensor[], d: readonly Tensor[]): Tensor =>
  y.map((yt, t) => yt.sub(d[t]!).square().sum().mul(0.5)).reduce((sum, term) => sum.add(term));

/** ∂E/∂u^t and ∂E/∂v^t of each step. */
export interface Deltas {
  readonly delta: readonly Tensor[]; // T × (1, H)
  readonly deltaOut: readonly Tensor[]; // T × (1, O)
}

/** The recursion by hand. `carry` takes δ^(t+1) back through the recurrent weights. */
export function deltas(
  { w, wOut }: Weights,
  { z, y }: Trace,
  d: readonly Tensor[],
  slope: Activation['slope'],
  carry: (delta: Tensor) => Tensor = (delta) => delta.matmul(w.t()),
): Deltas {
  const delta: Tensor[] = [];
  const deltaOut = y.map((yt, t) => yt.sub(d[t]!).mul(yt).mul(yt.neg().add(1))); // T × (1, O)
  let later = zeros(z[0]!.shape, float64()); // δ^(T+1) = 0
  for (let t = y.length - 1; t >= 0; t--) {
    later = deltaOut[t]!.matmul(wOut.t())
      .add(carry(later))
      .mul(slope(z[t + 1]!)); // (1, H)
    delta.unshift(later);
  }
  return { delta, deltaOut };
}

/** Sums over time of what each step adds to each gradient: δ^t with what went in, from the left. */
export function contributions(
  x: readonly Tensor[],
  { z }: Trace,
  { delta, deltaOut }: Deltas,
): Record<keyof Weights, readonly Tensor[]> {
  return {
    wIn: delta.map((dt, t) => x[t]!.t().matmul(dt)), // T × (I, H)
    w: delta.map((dt, t) => z[t]!.t().matmul(dt)), // T × (H, H)
    wOut: deltaOut.map((dt, t) => z[t + 1]!.t().matmul(dt)), // T × (H, O)
    b: delta, // T × (1, H)
    c: deltaOut, // T × (1, O)
  };
}

/** The sum over time. */
export const total = (terms: readonly Tensor[]): Tensor =>
  terms.reduce((sum, term) => sum.add(term));
/** All numbers, one tensor after the other. */
export const numbers = (tensors: readonly Tensor[]): number[] =>
  tensors.flatMap((t) => [...t.dataSync()]);
