import {
  defaultGenerator,
  optionsOf,
  requireWhole,
  shown,
  sizeOf,
  type Generator,
} from '@kasane/tensor-core';
import type { SampleOptions, Space } from './space.ts';

/** Options of `Box`. */
export interface BoxOptions {
  /** The sizes of its dimensions. Default: one dimension, as long as the bounds. */
  readonly shape?: readonly number[];
}

/**
 * Numbers between bounds that each has of its own; the bounds are in it, too.
 *
 * $$ x_i \in [\text{low}_i, \text{high}_i] $$
 *
 * `low` and `high` are a number for all or a list with one for each, rounded to float32; `Infinity` is no bound. What it holds are
 * `Float32Array`s, the values of its `shape` row by row. Draws are uniform between two bounds, normal without any, and exponential from a
 * single one, as those of `gymnasium.spaces.Box`. It has no masks. There are no dtypes but float32.
 *
 * @throws RangeError if a lower bound is above its upper one or either is NaN, or the sizes do not agree.
 *
 * @example
 * import { Box } from '@kasane/rl';
 * const space = new Box([-1, 0], [1, Infinity]);
 * space.contains(Float32Array.of(0.5, 99)); // => true
 * space.contains(Float32Array.of(1.5, 99)); // => false
 * @category Spaces
 */
export class Box implements Space<Float32Array, undefined> {
  readonly low: Float32Array;
  readonly high: Float32Array;
  readonly shape: readonly number[];

  constructor(
    low: number | ArrayLike<number>,
    high: number | ArrayLike<number>,
    options?: BoxOptions,
  ) {
    const { shape } = optionsOf('Box', options, ['shape']);
    if (shape !== undefined && !Array.isArray(shape)) {
      throw new TypeError(`Box: shape must be a list of sizes, got ${shown(shape)}.`);
    }
    shape?.forEach((size, i) => requireWhole('Box', `size ${i} of shape`, size, 1));
    const length = typeof low === 'number' ? Object(high).length : Object(low).length;
    this.shape = shape === undefined ? [length ?? 1] : [...shape];
    const size = sizeOf(this.shape);
    this.low = boundsOf('low', low, size);
    this.high = boundsOf('high', high, size);
    for (let i = 0; i < size; i++) {
      if (this.low[i]! <= this.high[i]!) continue;
      throw new RangeError(
        `Box: low must be at most high, got ${this.low[i]} and ${this.high[i]} at ${i}.`,
      );
    }
  }

  sample(options?: SampleOptions<undefined>): Float32Array {
    const { generator = defaultGenerator(), mask } = optionsOf('Box', options, [
      'generator',
      'mask',
    ]);
    if (mask !== undefined) throw new TypeError(`Box: it has no masks, got ${shown(mask)}.`);
    return this.low.map((low, i) => drawBetween(generator, low, this.high[i]!));
  }

  contains(value: unknown): value is Float32Array {
    if (!(value instanceof Float32Array) || value.length !== this.low.length) return false;
    return value.every((x, i) => x >= this.low[i]! && x <= this.high[i]!);
  }

  toString(): string {
    return `Box(${summary(this.low)}, ${summary(this.high)}, [${this.shape.join(', ')}])`;
  }
}

function boundsOf(what: string, given: unknown, size: number): Float32Array {
  if (typeof given !== 'number' && Object(given).length !== size) {
    const got = Object(given).length === undefined ? shown(given) : Object(given).length;
    throw new RangeError(`Box: ${what} must be a number or ${size} numbers, got ${got}.`);
  }
  const list = given as ArrayLike<number>; // or a number, which the next line looks for
  const bounds =
    typeof given === 'number' ? new Float32Array(size).fill(given) : Float32Array.from(list);
  const i = bounds.findIndex(Number.isNaN);
  if (i >= 0) throw new RangeError(`Box: ${what} must be numbers, got ${shown(list[i] ?? given)}.`);
  return bounds;
}

function drawBetween(generator: Generator, low: number, high: number): number {
  const above = low > -Infinity;
  const below = high < Infinity;
  if (above && below) return low + (high - low) * generator.random();
  if (!above && !below) return generator.normal();
  const distance = -Math.log(1 - generator.random());
  return above ? low + distance : high - distance;
}

function summary(bounds: Float32Array): string {
  const first = bounds[0]!;
  const one = (x: number): string => String(Number(x.toPrecision(7)));
  return bounds.every((x) => x === first) ? one(first) : `[${Array.from(bounds, one).join(', ')}]`;
}
