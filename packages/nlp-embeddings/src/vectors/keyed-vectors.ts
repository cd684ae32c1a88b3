import { optionsOf, requireWhole, showAs, shown } from '@kasane/tensor-core';
import { requireEach, requireNumbers, requireWords } from '../given.ts';
import { dot, product } from './cosine.ts';
import { nearestName } from './nearest-name.ts';

/** A word and how near it is. */
export type Neighbor = readonly [word: string, score: number];

/** Options of `KeyedVectors`. */
export interface KeyedVectorsOptions {
  /** How often each of the words was seen; the words then stand from the most frequent on. */
  readonly counts?: readonly number[];
}

/** Options of queries for words. */
export interface NearestOptions {
  /** How many words. Default 10. */
  readonly topn?: number;
  /** Look among the first so many words only, the most frequent ones. Default: all. */
  readonly restrictVocab?: number;
}

/** Options of `mostSimilar`. */
export interface MostSimilarOptions extends NearestOptions {
  /** Words to be unlike. Default none. */
  readonly negative?: readonly string[];
}

/** Options of `analogy`. */
export interface AnalogyOptions extends NearestOptions {
  /** How nearness to the three words is made one number. Default `3CosAdd`. */
  readonly method?: '3CosAdd' | '3CosMul';
}

const nearestNames = ['topn', 'restrictVocab'] as const;

/**
 * Vectors by words: what is left of a training, for looking things up.
 *
 * | part    | shape                    |
 * | ------- | ------------------------ |
 * | vectors | (n, vectorSize), float32 |
 *
 * $$ \cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \lVert b \rVert} $$
 *
 * is how near words are, 0 where one is zeros. Names and numbers are gensim's `KeyedVectors`, whose `most_similar` takes the three words of an
 * `analogy` as `positive` and `negative`.
 *
 * @throws RangeError for vectors or counts that are not as many as the words, or words that come twice.
 * @throws RangeError in every method for a word that has no vector, with the one that was probably meant.
 *
 * @example
 * import { KeyedVectors } from '@kasane/nlp-embeddings';
 * const vectors = new KeyedVectors(
 *   ['man', 'woman', 'king', 'queen', 'apple'],
 *   [[1, 0, 0.1], [1, 1, 0.1], [1, 0, 1], [1, 1, 1], [-1, 0, 0]],
 * );
 * vectors.analogy('man', 'king', 'woman', { topn: 1 })[0]![0]; // => queen
 * vectors.doesntMatch(['man', 'woman', 'king', 'apple']); // => apple
 * vectors.similarity('man', 'king'); // => 0.7740
 */
export class KeyedVectors {
  readonly words: readonly string[];
  /** How often each was seen, where that is known. */
  readonly counts: readonly number[] | undefined;
  /** Numbers of a vector. */
  readonly vectorSize: number;
  /** Row after row, float32. */
  readonly vectors: Float32Array<ArrayBuffer>;
  readonly #index = new Map<string, number>();
  #lengths: Float64Array | undefined;

  constructor(
    words: readonly string[],
    vectors: Float32Array<ArrayBuffer> | readonly (readonly number[])[],
    options?: KeyedVectorsOptions,
  ) {
    const { counts } = optionsOf('KeyedVectors', options, ['counts']);
    requireWords('KeyedVectors', words);
    if (counts !== undefined) requireNumbers('KeyedVectors', 'counts', counts);
    if (!(vectors instanceof Float32Array)) {
      const owner = 'KeyedVectors';
      requireEach(owner, 'a Float32Array or an array of vectors', vectors);
      for (const vector of vectors) requireNumbers(owner, 'numbers for each vector', vector);
    }
    const flat = vectors instanceof Float32Array ? vectors : Float32Array.from(vectors.flat());
    const size = words.length === 0 ? 0 : flat.length / words.length;
    const uneven = !(vectors instanceof Float32Array) && vectors.some((v) => v.length !== size);
    if (!Number.isInteger(size) || uneven || (words.length === 0 && flat.length > 0)) {
      throw new RangeError(
        `KeyedVectors: needs a vector of one size for each of ${words.length} words, got ${flat.length} numbers. Give them row after row.`,
      );
    }
    if (counts !== undefined && counts.length !== words.length) {
      throw new RangeError(
        `KeyedVectors: counts must be as many as words, ${words.length}, got ${counts.length}.`,
      );
    }
    words.forEach((word, i) => {
      const before = this.#index.get(word);
      if (before !== undefined) {
        throw new RangeError(
          `KeyedVectors: the word ${JSON.stringify(word)} comes twice, as ${before} and as ${i}. Leave one out.`,
        );
      }
      this.#index.set(word, i);
    });
    this.words = words;
    this.counts = counts;
    this.vectors = flat;
    this.vectorSize = size;
  }

  /** The number of words. */
  get size(): number {
    return this.words.length;
  }

  /** Whether the word has a vector. */
  has(word: string): boolean {
    return this.#index.has(word);
  }

  /** The number of a word, or -1. */
  index(word: string): number {
    return this.#index.get(word) ?? -1;
  }

  /** The vector of a word: a copy. */
  get(word: string): Float32Array<ArrayBuffer> {
    const i = this.#index.get(word);
    if (i === undefined) throw this.#unknown(word);
    return this.vectors.slice(i * this.vectorSize, (i + 1) * this.vectorSize);
  }

  /** The cosine between two words. */
  similarity(a: string, b: string): number {
    return dot(this.#unit(a), this.#unit(b));
  }

  /**
   * The words nearest to the mean of the given ones, of length 1 each, less the `negative` ones; without those words themselves.
   */
  mostSimilar(positive: string | readonly string[], options?: MostSimilarOptions): Neighbor[] {
    const { negative = [], ...nearest } = optionsOf('mostSimilar', options, [
      'negative',
      ...nearestNames,
    ]);
    const words = typeof positive === 'string' ? [positive] : positive;
    requireWords('mostSimilar', words);
    requireWords('mostSimilar', negative);
    requireSome('mostSimilar', [...words, ...negative]);
    const mean = new Float64Array(this.vectorSize);
    for (const word of words) addTo(mean, this.#unit(word), 1);
    for (const word of negative) addTo(mean, this.#unit(word), -1);
    return this.#nearest('mostSimilar', this.#cosines(mean), nearest, [...words, ...negative]);
  }

  /**
   * The words nearest to a vector.
   *
   * @throws RangeError for one of another size.
   */
  similarByVector(vector: ArrayLike<number>, options?: NearestOptions): Neighbor[] {
    const nearest = optionsOf('similarByVector', options, nearestNames);
    requireNumbers('similarByVector', 'numbers', vector);
    if (vector.length !== this.vectorSize) {
      throw new RangeError(
        `similarByVector: the vector must have ${this.vectorSize} numbers, got ${vector.length}.`,
      );
    }
    return this.#nearest('similarByVector', this.#cosines(vector), nearest, []);
  }

  /**
   * a is to b as c is to which words? 3CosAdd: the nearest to b - a + c. 3CosMul, with cosines moved to 0 … 1:
   * $$ \arg\max_w \frac{\cos(w, b) \cos(w, c)}{\cos(w, a) + 10^{-6}} $$
   *
   * @see Levy and Goldberg (2014), Linguistic regularities in sparse and explicit word representations.
   */
  analogy(a: string, b: string, c: string, options?: AnalogyOptions): Neighbor[] {
    const { method = '3CosAdd', ...nearest } = optionsOf('analogy', options, [
      ...nearestNames,
      'method',
    ]);
    const given = [a, b, c];
    if (method === '3CosAdd') return this.mostSimilar([b, c], { ...nearest, negative: [a] });
    if (method !== '3CosMul') {
      throw new RangeError(
        `analogy: method must be 3CosAdd or 3CosMul, got ${JSON.stringify(method)}.`,
      );
    }
    const [from, to, other] = given.map((word) => this.#cosines(this.#unit(word)));
    const scores = from!.map((cosine, i) => product(cosine, to![i]!, other![i]!));
    return this.#nearest('analogy', scores, nearest, given);
  }

  /** The word that is least like the others: the farthest from the mean of them all. */
  doesntMatch(words: readonly string[]): string {
    requireWords('doesntMatch', words);
    requireSome('doesntMatch', words);
    const mean = new Float64Array(this.vectorSize);
    const units = words.map((word) => this.#unit(word));
    for (const unit of units) addTo(mean, unit, 1);
    const nearness = units.map((unit) => dot(unit, mean));
    return words[nearness.indexOf(Math.min(...nearness))]!;
  }

  /** The vector of a word, of length 1; zeros stay zeros. */
  #unit(word: string): Float64Array {
    const vector = Float64Array.from(this.get(word));
    const length = Math.sqrt(dot(vector, vector));
    return length === 0 ? vector : vector.map((v) => v / length);
  }

  /** The cosine of every word with a vector; 0 with zeros. */
  #cosines(vector: ArrayLike<number>): Float64Array {
    const { vectors, vectorSize, words } = this;
    const lengths = (this.#lengths ??= lengthsOf(vectors, words.length, vectorSize));
    const length = Math.sqrt(dot(vector, vector));
    const cosines = new Float64Array(words.length);
    for (let i = 0, at = 0; i < cosines.length; i++) {
      let sum = 0;
      for (let j = 0; j < vectorSize; j++) sum += vectors[at++]! * vector[j]!;
      cosines[i] = sum === 0 ? 0 : sum / (length * lengths[i]!);
    }
    return cosines;
  }

  #nearest(
    owner: string,
    scores: Float64Array,
    { topn = 10, restrictVocab = Infinity }: NearestOptions,
    without: readonly string[],
  ): Neighbor[] {
    requireWhole(owner, 'topn', topn);
    if (restrictVocab !== Infinity) requireWhole(owner, 'restrictVocab', restrictVocab);
    const among = Math.min(restrictVocab, scores.length);
    const left = new Set(without.map((word) => this.index(word)));
    const best: number[] = []; // from the best on
    for (let i = 0; i < among; i++) {
      const score = scores[i]!;
      if ((best.length === topn && !(score > scores[best.at(-1)!]!)) || left.has(i)) continue;
      let place = best.length;
      while (place > 0 && score > scores[best[place - 1]!]!) place--;
      best.splice(place, 0, i);
      if (best.length > topn) best.pop();
    }
    return best.map((i) => [this.words[i]!, scores[i]!]);
  }

  #unknown(word: string): RangeError {
    const near = typeof word === 'string' ? nearestName(word, this.words) : undefined;
    const hint = near === undefined ? '.' : `; did you mean ${JSON.stringify(near)}?`;
    return new RangeError(
      `KeyedVectors: there is no word ${shown(word)} among ${this.size}${hint} Ask \`has\` first.`,
    );
  }
}

showAs(KeyedVectors, ({ size, vectorSize }) => `KeyedVectors(${size} × ${vectorSize})`);

function addTo(sum: Float64Array, vector: Float64Array, factor: number): void {
  for (let j = 0; j < sum.length; j++) sum[j]! += factor * vector[j]!;
}

function lengthsOf(vectors: Float32Array, rows: number, size: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    const vector = vectors.subarray(i * size, (i + 1) * size);
    return Math.sqrt(dot(vector, vector));
  });
}

function requireSome(owner: string, words: readonly string[]): void {
  if (words.length > 0) return;
  throw new RangeError(`${owner}: needs at least one word, got none.`);
}
