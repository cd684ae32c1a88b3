import {
  optionsOf,
  defaultGenerator,
  requireWhole,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { TensorDataset } from '../dataset.ts';

/** Options of all that generates data. */
export interface GenerateOptions {
  /** Where the randomness comes from. Default: the default generator. */
  readonly generator?: Generator;
}

/** Sequences or points and what is to be said about them. */
export type Examples = TensorDataset<[inputs: Tensor, targets: Tensor]>;

/** Options of `makeBinaryAddition`. */
export interface BinaryAdditionOptions extends GenerateOptions {
  /** Bits of the sum, at most 30. Default 8. */
  readonly bits?: number;
}

/**
 * Generated: pairs of random numbers in binary, and their sums, the lowest bit first.
 *
 * $$ \sum_t 2^t s_t = \sum_t 2^t a_t + \sum_t 2^t b_t $$
 *
 * | | shape | |
 * | --- | --- | --- |
 * | inputs | (N, T, 2) | the bits of both numbers, which are below 2^(T-1) |
 * | targets | (N, T, 1) | the bits of their sum |
 *
 * @throws RangeError unless n ≥ 1 and 2 ≤ bits ≤ 30 are whole numbers.
 *
 * @example
 * import { makeBinaryAddition } from '@kasane/datasets';
 * const [bits, sum] = makeBinaryAddition(1, { bits: 4 }).get(0);
 * const places = [1, 2, 4, 8];
 * const value = (row: number[]): number => row.reduce((a, bit, t) => a + bit * places[t]!, 0);
 * const column = (k: number): number[] => [...bits.select(1, k).dataSync()];
 * value(column(0)) + value(column(1)) - value([...sum.dataSync()]); // => 0
 */
export function makeBinaryAddition(n: number, options?: BinaryAdditionOptions): Examples {
  const { bits = 8, generator = defaultGenerator() } = optionsOf('makeBinaryAddition', options, [
    'bits',
    'generator',
  ]);
  requireWhole('makeBinaryAddition', 'n', n, 1);
  requireWhole('makeBinaryAddition', 'bits', bits, 2);
  if (bits > 30) throw new RangeError(`makeBinaryAddition: bits must be at most 30, got ${bits}.`);
  const inputs = new Float32Array(n * bits * 2);
  const targets = new Float32Array(n * bits);
  for (let i = 0; i < n; i++) {
    const [a, b] = [generator.below(2 ** (bits - 1)), generator.below(2 ** (bits - 1))];
    for (let t = 0; t < bits; t++) {
      inputs[(i * bits + t) * 2] = (a >> t) & 1;
      inputs[(i * bits + t) * 2 + 1] = (b >> t) & 1;
      targets[i * bits + t] = ((a + b) >> t) & 1;
    }
  }
  return new TensorDataset(tensor(inputs, [n, bits, 2]), tensor(targets, [n, bits, 1]));
}

/** Options of `makeSine`. */
export interface SineOptions extends GenerateOptions {
  /** Steps of a sequence. Default 25. */
  readonly length?: number;
  /** Radians from one step to the next. Default 0.25. */
  readonly step?: number;
  /** Standard deviation of what is added to every value. Default 0. */
  readonly noise?: number;
}

/**
 * Generated: stretches of a sine that begin anywhere, and the same one step later.
 *
 * $$ x_t = \sin(\varphi + t \cdot \mathrm{step}) + \mathrm{noise} \cdot \epsilon_t $$
 *
 * $$ \varphi \sim U(0, 2\pi), \; \epsilon_t \sim \mathcal N(0, 1) $$
 *
 * | | shape |
 * | --- | --- |
 * | inputs | (N, T, 1), steps 0 to T - 1 |
 * | targets | (N, T, 1), steps 1 to T |
 *
 * @throws RangeError unless n and length are whole numbers ≥ 1.
 *
 * @example
 * import { makeSine } from '@kasane/datasets';
 * const [inputs, targets] = makeSine(1, { length: 4 }).get(0);
 * inputs.slice(0, 1).sub(targets.slice(0, 0, 3)).abs().max().item(); // => 0
 */
export function makeSine(n: number, options?: SineOptions): Examples {
  const {
    length = 25,
    step = 0.25,
    noise = 0,
    generator = defaultGenerator(),
  } = optionsOf('makeSine', options, ['length', 'step', 'noise', 'generator']);
  requireWhole('makeSine', 'n', n, 1);
  requireWhole('makeSine', 'length', length, 1);
  const values = new Float32Array(n * (length + 1));
  for (let i = 0; i < n; i++) {
    const phase = 2 * Math.PI * generator.random();
    for (let t = 0; t <= length; t++) {
      const blur = noise === 0 ? 0 : noise * generator.normal();
      values[i * (length + 1) + t] = Math.sin(phase + step * t) + blur;
    }
  }
  const all = tensor(values, [n, length + 1, 1]);
  return new TensorDataset(all.slice(1, 0, length), all.slice(1, 1));
}
