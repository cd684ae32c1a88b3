/**
 * The recurrent network that adds two numbers bit by bit, on plain tensors; two bits go in at each
 * step, the lowest first.
 *
 *     u^t = W_in x^t + W z^(t−1)      z^t = f(u^t)      y^t = σ(W_out z^t)
 */
import { customVjp, noGrad } from '@kasane/autograd';
import { concat, randn, scope, tensor } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';

export const BITS: number = 8; // of the sum
export const LARGEST: number = 128; // operands stay below, so that every sum fits

/** The activation f of the hidden layer. */
const ACTIVATIONS = {
  sigmoid: (u: Tensor): Tensor => u.sigmoid(),
  relu: (u: Tensor): Tensor => u.relu(),
  tanh: (u: Tensor): Tensor => u.tanh(),
};

/** Standard deviation of a weight's normal draw, by the number of inputs it has. */
export const SPREAD: Record<'normal' | 'xavier' | 'he', (fanIn: number) => number> = {
  normal: (): number => 1,
  // The course divides by the fan-in alone; Glorot's paper uses fan-in and fan-out.
  xavier: (fanIn: number): number => 1 / Math.sqrt(fanIn),
  he: (fanIn: number): number => Math.sqrt(2 / fanIn),
};

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

export interface Settings {
  readonly steps: number;
  readonly hidden: number;
  readonly lr: number;
  readonly init: keyof typeof SPREAD;
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
  settings: Pick<Settings, 'init' | 'std'>,
  generator: Generator,
): Tensor {
  const weight = randn([fanIn, fanOut], { generator }).mul(
    settings.std * SPREAD[settings.init](fanIn),
  );
  weight.requiresGrad = true;
  return weight;
}

/** The states z^0 … z^T, and the answers: one row for each step and example. */
export function forward(
  { wIn, wOut, w }: Weights,
  x: readonly Tensor[], // T × (B, I)
  { activation, derivative }: Pick<Settings, 'activation' | 'derivative'>,
  z0: Tensor = w.newFull([x[0]!.shape[0]!, w.shape[0]!], 0), // (B, H)
): { z: readonly Tensor[]; y: Tensor } {
  const f = ACTIVATIONS[activation];
  const z = [z0];
  for (const [t, xt] of x.entries()) {
    z.push(f(xt.matmul(wIn).add(z[t]!.matmul(w)))); // (B, H)
  }
  const v = concat(z.slice(1), 0).matmul(wOut); // (T·B, 1)
  return { z, y: derivative === 'course' ? courseSigmoid(v) : v.sigmoid() };
}

/** Σ_t (d^t − y^t)² / 2 of one pair. */
export const lossOf = (y: Tensor, d: Tensor): Tensor => y.sub(d).square().sum().mul(0.5);

/** Bit t of a number, counted from the lowest. */
export const bit = (value: number, t: number): number => (value >> t) & 1;
export const PLACES: readonly number[] = Array.from({ length: BITS }, (_, t) => t);

/** The answers to many pairs at once, a row of bits for each place. */
export function answer(
  weights: Weights,
  settings: Settings,
  pairs: readonly (readonly [number, number])[],
): number[][] {
  return scope(() => {
    const x = PLACES.map((t) => tensor(pairs.map(([a, b]) => [bit(a, t), bit(b, t)]))); // T × (B, 2)
    const y = noGrad(() => forward(weights, x, settings).y).dataSync(); // T·B
    return PLACES.map((t) => pairs.map((_, i) => (y[t * pairs.length + i]! > 0.5 ? 1 : 0)));
  });
}

/** The number that column `pair` of `answer` spells. */
export const readSum = (bits: readonly number[][], pair: number): number =>
  PLACES.reduce((sum, t) => sum + bits[t]![pair]! * 2 ** t, 0);

/** The share of all 128 × 128 sums that come out right in all their bits. */
export function exactShare(weights: Weights, settings: Settings): number {
  const pairs = Array.from({ length: LARGEST ** 2 }, (_, i) => [i >> 7, i & 127] as const);
  const bits = answer(weights, settings, pairs);
  return pairs.filter(([a, b], i) => readSum(bits, i) === a + b).length / pairs.length;
}
