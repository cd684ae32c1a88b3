/**
 * The recurrent network that adds two numbers bit by bit, on plain tensors; two bits go in at each
 * step, the lowest first.
 *
 *     u^t = W_in x^t + W z^(t−1)      z^t = f(u^t)      v^t = W_out z^t      y^t = σ(v^t)
 */
import { customVjp } from '@kasane/autograd';
import { concat, randn, tensor } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';

/** The activation f of the hidden layer. */
const ACTIVATIONS = {
  sigmoid: (u: Tensor): Tensor => u.sigmoid(),
  relu: (u: Tensor): Tensor => u.relu(),
  tanh: (u: Tensor): Tensor => u.tanh(),
};

/** Standard deviation of a weight's normal draw, by the number of inputs it has. */
const SPREAD = {
  normal: (): number => 1,
  // The course divides by the fan-in alone; Glorot's paper uses fan-in and fan-out.
  xavier: (fanIn: number): number => 1 / Math.sqrt(fanIn),
  he: (fanIn: number): number => Math.sqrt(2 / fanIn),
};

/** How a network is made. */
export interface Settings {
  readonly hidden: number;
  readonly init: keyof typeof SPREAD;
  /** A factor on all first weights. */
  readonly std: number;
  readonly activation: keyof typeof ACTIVATIONS;
  readonly derivative: 'true' | 'course';
}

export interface Weights {
  readonly wIn: Tensor; // (I, H)
  readonly wOut: Tensor; // (H, 1)
  readonly w: Tensor; // (H, H)
}

/** All weights, drawn in the order of the course. */
export function initialise(settings: Settings, generator: Generator): Weights {
  const { hidden } = settings;
  return {
    wIn: draw(2, hidden, settings, generator),
    wOut: draw(hidden, 1, settings, generator),
    w: draw(hidden, hidden, settings, generator),
  };
}

/** A weight as the course draws it: N(0, (std · spread)²). */
export function draw(
  fanIn: number,
  fanOut: number,
  { init, std }: Pick<Settings, 'init' | 'std'>,
  generator: Generator,
): Tensor {
  const weight = randn([fanIn, fanOut], { generator }).mul(std * SPREAD[init](fanIn));
  weight.requiresGrad = true;
  return weight;
}

/** What the network computes on its way; the columns of time 0 of u and z are what it starts from. */
export interface Pass {
  readonly u: readonly Tensor[]; // (T + 1) × (B, H)
  readonly z: readonly Tensor[]; // (T + 1) × (B, H)
  readonly v: Tensor; // (T·B, 1)
  /** The answers: one row for each step and example. */
  readonly y: Tensor; // (T·B, 1)
}

/** Reads the bits of both numbers step by step. */
export function forward(
  { wIn, wOut, w }: Weights,
  x: readonly Tensor[], // T × (B, 2)
  { activation, derivative }: Pick<Settings, 'activation' | 'derivative'>,
  z0: Tensor = w.newFull([x[0]!.shape[0]!, w.shape[0]!], 0), // (B, H)
): Pass {
  const f = ACTIVATIONS[activation];
  const [u, z] = [[z0], [z0]]; // no step has computed u^0: it only keeps the place
  for (const [t, xt] of x.entries()) {
    u.push(xt.matmul(wIn).add(z[t]!.matmul(w)));
    z.push(f(u[t + 1]!));
  }
  const v = concat(z.slice(1), 0).matmul(wOut);
  return { u, z, v, y: derivative === 'course' ? courseSigmoid(v) : v.sigmoid() };
}

/** Σ_t (d^t − y^t)² / 2 of one pair. */
export const lossOf = (y: Tensor, d: Tensor): Tensor => y.sub(d).square().sum().mul(0.5);

/**
 * σ with the derivative of the course, which takes σ' at y = σ(v) where it is meant at v: a number
 * from 0.197 to 0.25 that never vanishes, and so learns faster than the truth.
 */
const courseSigmoid = customVjp<[Tensor]>({
  name: 'courseSigmoid',
  forward: (v) => v.sigmoid(),
  backward: (dy, { output: y }) => {
    const s = y.sigmoid();
    return [dy.mul(s).mul(s.neg().add(1))];
  },
});

// ——— numbers as bits ———

export const BITS: number = 8; // of the sum
export const LARGEST: number = 128; // operands stay below, so that every sum fits
export const PLACES: readonly number[] = Array.from({ length: BITS }, (_, t) => t);

/** Bit t of a number, counted from the lowest. */
export const bit = (value: number, t: number): number => (value >> t) & 1;

export type Pair = readonly [a: number, b: number];

/** What goes in for many pairs at once: T × (B, 2). */
export const bitsOf = (pairs: readonly Pair[]): Tensor[] =>
  PLACES.map((t) => tensor(pairs.map(([a, b]) => [bit(a, t), bit(b, t)])));

/** What is wanted for one pair: (T, 1). */
export const sumOf = ([a, b]: Pair): Tensor => tensor(PLACES.map((t) => [bit(a + b, t)]));
