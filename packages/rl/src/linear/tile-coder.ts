import { optionsOf, requireWhole, shown, ShapeError } from '@kasane/tensor-core';
import { requireFinite, requireList } from '../planning/given.ts';

/** Features that are there or not, of which the same number is there in every observation. Any object with these members is one. */
export interface BinaryFeatures<Observation> {
  /** How many features there are. */
  readonly size: number;
  /** How many of them an observation has. */
  readonly active: number;
  /** Writes the numbers of those that an observation has, (active), each from 0 to size - 1. */
  encode(observation: Observation, out?: Int32Array): Int32Array;
}

/** Options of `TileCoder`. */
export interface TileCoderOptions {
  /** Tiles from the lower to the upper bound: one number, or one for each coordinate. Default: 8. */
  readonly tiles?: number | readonly number[];
  /** How many grids of tiles lie on top of each other. Default: 8. */
  readonly tilings?: number;
}

/**
 * Tile coding: several grids of tiles over a box, each shifted against the others by a part of a tile. A point has one tile of each grid, so that what is
 * learned at a point holds for its neighbours, too, the less the farther they are.
 *
 * $$ \text{tile}_{k, i} = \Bigl\lfloor \frac{x_i - \text{low}_i}{\text{high}_i - \text{low}_i}\, \text{tiles}_i + \frac{k\, (2 i + 1) \bmod \text{tilings}}{\text{tilings}} \Bigr\rfloor $$
 *
 * Tiling k is shifted by k (1, 3, 5, …) / tilings tiles, as Sutton and Barto advise; every grid has one tile more than asked for in each coordinate, which the
 * shift needs. There is no hashing: every tile has a number of its own. Beyond the bounds a point counts as the nearest tile.
 *
 * @throws {@link ShapeError} if the bounds, `tiles` or an observation have another number of coordinates.
 * @throws RangeError if a lower bound is not below its upper one, one is not finite, or `tiles` or `tilings` is not a whole number of at
 * least 1.
 *
 * @example
 * import { MountainCar, TileCoder } from '@kasane/rl';
 * const { low, high } = new MountainCar().observationSpace;
 * const coder = new TileCoder(low, high);
 * coder.size; // => 648
 * const [here, near, far] = [[-0.5, 0], [-0.49, 0], [0.3, 0.05]].map((at) => coder.encode(at));
 * here!.filter((tile) => near!.includes(tile)).length; // => 7
 * here!.filter((tile) => far!.includes(tile)).length; // => 0
 * @see Sutton and Barto (2018), section 9.5.4.
 */
export class TileCoder implements BinaryFeatures<ArrayLike<number>> {
  readonly size: number;
  readonly active: number;
  readonly #low: Float64Array;
  readonly #perUnit: Float64Array; // tiles in one unit of each coordinate
  readonly #cells: Int32Array; // tiles of each coordinate in a grid

  constructor(low: ArrayLike<number>, high: ArrayLike<number>, options?: TileCoderOptions) {
    const { tiles = 8, tilings = 8 } = optionsOf('TileCoder', options, ['tiles', 'tilings']);
    requireBounds(low, high);
    requireWhole('TileCoder', 'tilings', tilings, 1);
    const each = typeof tiles === 'number' ? Array.from(low, () => tiles) : tiles;
    requireList('TileCoder', 'tiles', each, low.length);
    for (const count of each) requireWhole('TileCoder', 'tiles', count, 1);
    this.active = tilings;
    this.#low = Float64Array.from(low);
    this.#perUnit = Float64Array.from(each, (count, i) => count / (high[i]! - low[i]!));
    this.#cells = Int32Array.from(each, (count) => count + 1);
    this.size = this.#cells.reduce((product, count) => product * count, tilings);
  }

  encode(
    observation: ArrayLike<number>,
    out: Int32Array = new Int32Array(this.active),
  ): Int32Array {
    const dimensions = this.#low.length;
    requireList('TileCoder.encode', 'the observation', observation, dimensions);
    if (!(out instanceof Int32Array) || out.length < this.active) {
      throw new TypeError(
        `TileCoder.encode: out must be an Int32Array of ${this.active} numbers, got ${shown(out)}.`,
      );
    }
    for (let k = 0; k < this.active; k++) {
      let index = k;
      for (let i = 0; i < dimensions; i++) {
        const shift = ((k * (2 * i + 1)) % this.active) / this.active;
        const tile = Math.floor((observation[i]! - this.#low[i]!) * this.#perUnit[i]! + shift);
        const last = this.#cells[i]! - 1;
        index = index * this.#cells[i]! + Math.max(0, Math.min(last, tile));
      }
      out[k] = index;
    }
    return out;
  }
}

function requireBounds(low: ArrayLike<number>, high: ArrayLike<number>): void {
  for (const [name, bounds] of Object.entries({ low, high })) {
    if (Object(bounds).length > 0 && typeof bounds === 'object') continue;
    throw new TypeError(
      `TileCoder: ${name} must be an array of numbers, one for each coordinate, got ${shown(bounds)}.`,
    );
  }
  if (low.length !== high.length) {
    throw new ShapeError(
      `TileCoder: low and high must have as many numbers, got ${low.length} and ${high.length}.`,
    );
  }
  for (let i = 0; i < low.length; i++) {
    requireFinite('TileCoder', `low[${i}]`, low[i]);
    requireFinite('TileCoder', `high[${i}]`, high[i]);
    if (low[i]! < high[i]!) continue;
    throw new RangeError(
      `TileCoder: low[${i}] must be below high[${i}], got ${low[i]} and ${high[i]}.`,
    );
  }
}
