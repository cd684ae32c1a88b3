import { requireWhole, showAs } from '@kasane/tensor-core';
import { subwordBuckets, type SubwordOptions } from '../fasttext/subwords.ts';
import { requireSubwords } from '../given.ts';
import { KeyedVectors, type KeyedVectorsOptions } from './keyed-vectors.ts';

/** Vectors of n-grams, by the buckets that these are hashed to. */
export interface SubwordVectors extends SubwordOptions {
  /** Row after row, float32. */
  readonly vectors: Float32Array<ArrayBuffer>;
  /** The row of each bucket that has one. Default: every bucket has that of its number. */
  readonly rows?: ReadonlyMap<number, number>;
}

/**
 * Vectors by words, where words that were never seen have the mean of the vectors of their n-grams: from `FastText`, or a file of fastText's.
 *
 * $$ v_w = \frac{1}{|G_w|} \sum_{g \in G_w} z_g $$
 *
 * for an unseen word with the n-grams G; one that has no vector counts as zeros. All queries of `KeyedVectors` take unseen words; `words` are those
 * that were seen, answers come from these, and `index` is -1 for all others. Names and numbers are those of gensim's `FastTextKeyedVectors`.
 *
 * @throws what `KeyedVectors` throws.
 * @throws RangeError for other vectors of n-grams than `bucket` and `rows` promise; queries throw it for an unseen word without a single n-gram that
 * has a vector.
 *
 * @example
 * import { FastTextKeyedVectors } from '@kasane/nlp-embeddings';
 * const subwords = { minN: 3, maxN: 3, bucket: 2, vectors: Float32Array.of(1, 0, 0, 1) };
 * const vectors = new FastTextKeyedVectors(['cat'], [[0.5, 0.5]], subwords);
 * [...vectors.get('cat')]; // => [0.5,0.5]
 * vectors.has('cats'); // => true
 * vectors.get('cats').reduce((a, b) => a + b); // => 1
 */
export class FastTextKeyedVectors extends KeyedVectors {
  /** The vectors of n-grams. */
  readonly subwords: SubwordVectors;

  constructor(
    words: readonly string[],
    vectors: Float32Array<ArrayBuffer> | readonly (readonly number[])[],
    subwords: SubwordVectors,
    options?: KeyedVectorsOptions,
  ) {
    super(words, vectors, options);
    const owner = 'FastTextKeyedVectors';
    requireSubwords(owner, subwords);
    const { minN, maxN, bucket, rows } = subwords;
    requireWhole(owner, 'minN', minN, 1);
    requireWhole(owner, 'maxN', maxN);
    requireWhole(owner, 'bucket', bucket);
    const count = rows?.size ?? bucket;
    if (subwords.vectors.length !== count * this.vectorSize) {
      throw new RangeError(
        `FastTextKeyedVectors: needs a vector of ${this.vectorSize} numbers for each of ${count} buckets, got ${subwords.vectors.length} numbers. Give them row after row.`,
      );
    }
    this.subwords = subwords;
  }

  /** Whether the word has a vector: it was seen, or some of its n-grams were. */
  override has(word: string): boolean {
    return super.has(word) || (typeof word === 'string' && this.#rowsOf(word).found.length > 0);
  }

  /** The vector of a word, be it the mean of those of its n-grams: a copy. */
  override get(word: string): Float32Array<ArrayBuffer> {
    if (super.has(word) || typeof word !== 'string') return super.get(word);
    const { found, all } = this.#rowsOf(word);
    if (found.length === 0) return super.get(word); // throws
    const { vectors } = this.subwords;
    const size = this.vectorSize;
    const sum = new Float64Array(size);
    for (const row of found) {
      for (let j = 0; j < size; j++) sum[j]! += vectors[row * size + j]!;
    }
    return Float32Array.from(sum, (value) => value / all);
  }

  /** The rows of those n-grams that have one, and how many there are. */
  #rowsOf(word: string): { found: readonly number[]; all: number } {
    const buckets = subwordBuckets(word, this.subwords);
    const { rows } = this.subwords;
    const found = rows === undefined ? buckets : buckets.map((bucket) => rows.get(bucket) ?? -1);
    return { found: found.filter((row) => row >= 0), all: buckets.length };
  }
}

showAs(
  FastTextKeyedVectors,
  ({ size, vectorSize, subwords: { minN, maxN } }) =>
    `FastTextKeyedVectors(${size} × ${vectorSize}, ${minN} to ${maxN} characters)`,
);
