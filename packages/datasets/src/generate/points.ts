import {
  optionsOf,
  defaultGenerator,
  requireWhole,
  tensor,
  type Generator,
} from '@kasane/tensor-core';
import { TensorDataset } from '../dataset.ts';
import type { Examples, GenerateOptions } from './sequences.ts';

/** Options of `makeMoons`. */
export interface MoonsOptions extends GenerateOptions {
  /** Standard deviation of what is added to both coordinates. Default 0.1. */
  readonly noise?: number;
}

/** Options of `makeSpirals`. */
export interface SpiralsOptions extends MoonsOptions {
  /** Arms. Default 2. */
  readonly classes?: number;
  /** Turns of an arm. Default 1. */
  readonly turns?: number;
}

/** Options of `makeBlobs`. */
export interface BlobsOptions extends GenerateOptions {
  /** Clouds. Default 3. */
  readonly classes?: number;
  /** Coordinates of a point. Default 2. */
  readonly dim?: number;
  /** Standard deviation of a cloud; centres lie in [-10, 10]. Default 1. */
  readonly std?: number;
}

/** Points of classes that take turns, so that every class has its share: `place` says where one lies. */
function points(
  n: number,
  classes: number,
  dim: number,
  place: (label: number) => readonly number[],
): Examples {
  const labels = Int32Array.from({ length: n }, (_, i) => i % classes);
  const at = new Float32Array(n * dim);
  labels.forEach((label, i) => at.set(place(label), i * dim));
  return new TensorDataset(tensor(at, [n, dim]), tensor(labels));
}

const blurred = (values: readonly number[], noise: number, generator: Generator): number[] =>
  values.map((value) => value + noise * generator.normal());

/**
 * Generated: two half circles that reach into each other.
 *
 * $$ (\cos t, \sin t) \quad \text{or} \quad (1 - \cos t, \tfrac12 - \sin t), \quad t \sim U(0, \pi) $$
 *
 * for the classes 0 and 1, which take turns, with normally distributed noise on both coordinates. Points (N, 2) and classes (N), int32. As
 * scikit-learn's `make_moons`, where t is evenly apart, the order random, and no noise the default.
 *
 * @throws RangeError unless n is a whole number ≥ 1.
 *
 * @example
 * import { makeMoons } from '@kasane/datasets';
 * const [x, y] = makeMoons(100, { noise: 0 }).getBatch([0, 2, 4]);
 * x.square().sum(1).toArray(); // => [1,1,1]
 * y.toArray(); // => [0,0,0]
 */
export function makeMoons(n: number, options?: MoonsOptions): Examples {
  const { noise = 0.1, generator = defaultGenerator() } = optionsOf('makeMoons', options, [
    'noise',
    'generator',
  ]);
  requireWhole('makeMoons', 'n', n, 1);
  return points(n, 2, 2, (label) => {
    const angle = Math.PI * generator.random();
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return blurred(label === 0 ? [x, y] : [1 - x, 0.5 - y], noise, generator);
  });
}

/**
 * Generated: spiral arms about the origin, evenly apart, from radius 0.1 to 1.
 *
 * $$ r = 0.1 + 0.9 u, \quad \varphi = 2\pi (\mathrm{turns} \cdot u + c / \mathrm{classes}), \quad u \sim U(0, 1) $$
 *
 * are radius and angle of a point of class c, before the noise. Points (N, 2) and classes (N), int32; the classes take turns.
 *
 * @throws RangeError unless n and classes are whole numbers ≥ 1.
 *
 * @example
 * import { makeSpirals } from '@kasane/datasets';
 * const [x, y] = makeSpirals(300, { classes: 3, noise: 0 }).tensors;
 * x.norm(1).max().item() <= 1; // => true
 * y.bincount().toArray(); // => [100,100,100]
 */
export function makeSpirals(n: number, options?: SpiralsOptions): Examples {
  const {
    classes = 2,
    turns = 1,
    noise = 0.02,
    generator = defaultGenerator(),
  } = optionsOf('makeSpirals', options, ['classes', 'turns', 'noise', 'generator']);
  requireWhole('makeSpirals', 'n', n, 1);
  requireWhole('makeSpirals', 'classes', classes, 1);
  return points(n, classes, 2, (label) => {
    const along = generator.random();
    const radius = 0.1 + 0.9 * along;
    const angle = 2 * Math.PI * (turns * along + label / classes);
    return blurred([radius * Math.cos(angle), radius * Math.sin(angle)], noise, generator);
  });
}

/**
 * Generated: normally distributed clouds about random centres.
 *
 * $$ x \sim \mathcal N(\mu_c, \mathrm{std}^2 I), \quad \mu_c \sim U(-10, 10)^{\mathrm{dim}} $$
 *
 * Points (N, dim) and classes (N), int32, which take turns. As scikit-learn's `make_blobs`, whose order is random.
 *
 * @throws RangeError unless n, classes and dim are whole numbers ≥ 1.
 *
 * @example
 * import { makeBlobs } from '@kasane/datasets';
 * const [x, y] = makeBlobs(90, { dim: 4 }).tensors;
 * x.shape; // => [90,4]
 * y.bincount().toArray(); // => [30,30,30]
 */
export function makeBlobs(n: number, options?: BlobsOptions): Examples {
  const {
    classes = 3,
    dim = 2,
    std = 1,
    generator = defaultGenerator(),
  } = optionsOf('makeBlobs', options, ['classes', 'dim', 'std', 'generator']);
  for (const [name, value] of Object.entries({ n, classes, dim })) {
    requireWhole('makeBlobs', name, value, 1);
  }
  const centres = Array.from({ length: classes }, () =>
    Array.from({ length: dim }, () => 20 * generator.random() - 10),
  );
  return points(n, classes, dim, (label) => blurred(centres[label]!, std, generator));
}
