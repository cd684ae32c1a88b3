import type { Generator } from '@kasane/tensor-core';

/** Words of randomness, many at a time from a generator. */
export class Draws {
  readonly #generator: Generator;
  readonly #words = new Uint32Array(8192);
  #next = 8192;

  constructor(generator: Generator) {
    this.#generator = generator;
  }

  /** A whole number from 0 to 2³² - 1. */
  word(): number {
    if (this.#next === 8192) {
      this.#generator.words(this.#words);
      this.#next = 0;
    }
    return this.#words[this.#next++]!;
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    return Math.floor(this.word() * (bound / 2 ** 32));
  }
}

/**
 * Draws numbers with given chances in constant time, by Walker's table of aliases.
 *
 * @see Walker (1977), An efficient method for generating discrete random variables with general distributions.
 */
export class AliasTable {
  readonly #scale: number;
  /** Two words for each cell: how much of its 2³² is the cell's own number, and the number that has the rest. */
  readonly #cells: Uint32Array;

  /** `weights` are the chances, times any number. */
  constructor(weights: Float64Array) {
    const n = weights.length;
    const total = weights.reduce((sum, w) => sum + w, 0);
    const own = weights.map((w) => (w * n) / total);
    const [poor, rich]: [number[], number[]] = [[], []];
    for (let i = n - 1; i >= 0; i--) (own[i]! < 1 ? poor : rich).push(i);
    this.#scale = n / 2 ** 32;
    this.#cells = new Uint32Array(2 * n);
    while (poor.length > 0 && rich.length > 0) {
      const [i, j] = [poor.pop()!, rich.at(-1)!];
      this.#cells[2 * i] = own[i]! * 2 ** 32;
      this.#cells[2 * i + 1] = j;
      own[j]! -= 1 - own[i]!;
      if (own[j]! < 1) poor.push(rich.pop()!);
    }
    // Whatever is left has a whole cell, but for rounding.
    for (const i of [...poor, ...rich]) this.#cells[2 * i + 1] = i;
  }

  draw(draws: Draws): number {
    const x = draws.word() * this.#scale;
    const cell = x >>> 0;
    return (x - cell) * 2 ** 32 < this.#cells[2 * cell]! ? cell : this.#cells[2 * cell + 1]!;
  }
}
