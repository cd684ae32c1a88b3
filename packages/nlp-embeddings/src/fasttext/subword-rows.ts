import type { Inputs } from '../word2vec/inputs.ts';
import { subwordBuckets, type SubwordOptions } from './subwords.ts';

/** N-grams of a word that are learnt at most; no word of a language has as many. */
const MOST = 1000;

/**
 * A row for each word and one for each bucket that a word has an n-gram in. Only these are kept: a table of all buckets
 * would be mostly empty.
 */
export class SubwordRows implements Inputs {
  rows: number = 0;
  most: number = 0;
  /** The row of each bucket that has one. */
  readonly buckets: Map<number, number> = new Map();
  readonly options: SubwordOptions;
  /** The rows of each word; the first is its own. */
  readonly #words: Int32Array[] = [];

  constructor(options: SubwordOptions) {
    this.options = options;
  }

  grow(words: readonly string[]): void {
    for (const word of words) {
      const own = this.rows++;
      const others = subwordBuckets(word, this.options).slice(0, MOST);
      const rows = Int32Array.of(own, ...others.map((bucket) => this.#rowOf(bucket)));
      this.#words.push(rows);
      this.most = Math.max(this.most, rows.length);
    }
  }

  size(word: number): number {
    return this.#words[word]!.length;
  }

  put(out: Int32Array, at: number, word: number): number {
    for (const row of this.#words[word]!) out[at++] = row;
    return at;
  }

  /** The mean of the rows of each word, row after row. */
  means(table: Float32Array, size: number): Float32Array<ArrayBuffer> {
    const means = new Float32Array(this.#words.length * size);
    const sum = new Float64Array(size);
    this.#words.forEach((rows, word) => {
      sum.fill(0);
      for (const row of rows) {
        for (let j = 0; j < size; j++) sum[j]! += table[row * size + j]!;
      }
      for (let j = 0; j < size; j++) means[word * size + j] = sum[j]! / rows.length;
    });
    return means;
  }

  #rowOf(bucket: number): number {
    let row = this.buckets.get(bucket);
    if (row === undefined) this.buckets.set(bucket, (row = this.rows++));
    return row;
  }
}
