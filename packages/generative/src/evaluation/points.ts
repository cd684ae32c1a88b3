import {
  defaultGenerator,
  optionsOf,
  requireThat,
  requireWhole,
  shown,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';

/** Options of the points in the plane. */
export interface PointsOptions {
  /** The standard deviation of the noise. Default 0.1. */
  readonly noise?: number;
  /** Where the points are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * Draws n points from 8 normal distributions whose centres lie on a circle of radius 2: (n, 2).
 *
 * $$ x = 2 \bigl(\cos \tfrac{k \pi}{4}, \sin \tfrac{k \pi}{4}\bigr) + \text{noise} \cdot \epsilon, \quad \epsilon \sim N(0, I), \; k \text{ one of } 0, \dots, 7 $$
 *
 * @throws RangeError if n is not a whole number of at least 0, or the noise is below 0 or infinite.
 *
 * @example
 * import { eightGaussians } from '@kasane/generative';
 * eightGaussians(100).shape; // => [100,2]
 * @category Data
 */
export function eightGaussians(n: number, options?: PointsOptions): Tensor {
  return points('eightGaussians', n, options, (generator) => centre(generator.below(8)));
}

/**
 * The centres of `eightGaussians`, (8, 2), for `modesCovered`.
 *
 * $$ c_k = 2 \bigl(\cos \tfrac{k \pi}{4}, \sin \tfrac{k \pi}{4}\bigr), \quad k = 0, \dots, 7 $$
 *
 * @example
 * import { eightCentres } from '@kasane/generative';
 * eightCentres().shape; // => [8,2]
 * @category Data
 */
export function eightCentres(): Tensor {
  return tensor(Array.from({ length: 8 }, (_, i) => [...centre(i)]));
}

function centre(i: number): readonly [number, number] {
  const angle = (Math.PI / 4) * i;
  return [2 * Math.cos(angle), 2 * Math.sin(angle)];
}

/**
 * Draws n points from two interleaved half circles of radius 1, (n, 2), placed as scikit-learn's `make_moons` places them.
 *
 * $$ x = (\cos a, \sin a) \text{ or } (1 - \cos a, \tfrac12 - \sin a), \text{ plus } \text{noise} \cdot \epsilon, \quad a \sim U(0, \pi), \; \epsilon \sim N(0, I) $$
 *
 * Here moon and place are drawn; there each moon has half of the points, evenly spaced, no noise by default, and the labels are returned, too.
 *
 * @throws RangeError if n is not a whole number of at least 0, or the noise is below 0 or infinite.
 *
 * @example
 * import { twoMoons } from '@kasane/generative';
 * twoMoons(100).shape; // => [100,2]
 * @category Data
 */
export function twoMoons(n: number, options?: PointsOptions): Tensor {
  return points('twoMoons', n, options, (generator) => {
    const isUpper = generator.random() < 0.5;
    const angle = Math.PI * generator.random();
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return isUpper ? [x, y] : [1 - x, 0.5 - y];
  });
}

function points(
  owner: string,
  n: number,
  options: PointsOptions | undefined,
  centre: (generator: Generator) => readonly [number, number],
): Tensor {
  const given = optionsOf(owner, options, ['noise', 'generator']);
  const { noise = 0.1, generator = defaultGenerator() } = given;
  requireWhole(owner, 'n', n);
  requireThat(noise >= 0 && noise < Infinity, owner, 'noise', noise, '≥ 0');
  if (typeof generator?.normal !== 'function') {
    throw new TypeError(
      `${owner}: generator must be a new Generator(seed), got ${shown(generator)}.`,
    );
  }
  const out = new Float32Array(2 * n);
  for (let i = 0; i < n; i++) {
    const [x, y] = centre(generator);
    out[2 * i] = x + noise * generator.normal();
    out[2 * i + 1] = y + noise * generator.normal();
  }
  return tensor(out).reshape([n, 2]);
}
