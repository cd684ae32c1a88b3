import { AliasTable, type Draws } from './draws.ts';
import { huffmanPaths } from './huffman.ts';

/** What a word is told apart by: rows of the table that `learnRows` is to score, with yes or no. */
export interface Targets {
  /** Rows of its own, behind those of the words. */
  readonly rows: number;
  /** Of one word at most. */
  readonly most: number;
  /** Writes the targets of a word into `out` from a place on; gives the place behind them. `first` is the row of the first of them all. */
  put(out: Int32Array, at: number, word: number, first: number, draws: Draws): number;
}

/**
 * The word itself with yes, and words drawn by chances ∝ countᵖ with no. One that is the word itself is left out,
 * so that an example may have fewer.
 */
export class NegativeSampling implements Targets {
  readonly rows: number;
  readonly most: number;
  readonly #table: AliasTable;
  readonly #negative: number;

  constructor(counts: readonly number[], negative: number, exponent: number) {
    this.rows = counts.length;
    this.most = negative + 1;
    this.#negative = negative;
    this.#table = new AliasTable(Float64Array.from(counts, (count) => count ** exponent));
  }

  put(out: Int32Array, at: number, word: number, first: number, draws: Draws): number {
    out[at++] = first + word;
    for (let k = 0; k < this.#negative; k++) {
      const other = this.#table.draw(draws);
      if (other !== word) out[at++] = ~(first + other);
    }
    return at;
  }
}

/** The inner nodes on the way to the word in a Huffman tree, with yes for code 0. */
export class HierarchicalSoftmax implements Targets {
  readonly rows: number;
  readonly most: number;
  readonly #starts: Int32Array;
  readonly #nodes: Int32Array;

  constructor(counts: readonly number[]) {
    const { starts, nodes } = huffmanPaths(counts);
    this.rows = Math.max(0, counts.length - 1);
    this.most = counts.reduce((most, _, i) => Math.max(most, starts[i + 1]! - starts[i]!), 0);
    this.#starts = starts;
    this.#nodes = nodes;
  }

  put(out: Int32Array, at: number, word: number, first: number): number {
    const end = this.#starts[word + 1]!;
    for (let i = this.#starts[word]!; i < end; i++) {
      const node = this.#nodes[i]!;
      out[at++] = node < 0 ? ~(first + ~node) : first + node;
    }
    return at;
  }
}
