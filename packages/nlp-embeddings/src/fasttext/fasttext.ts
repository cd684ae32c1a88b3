import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { FastTextKeyedVectors } from '../vectors/fasttext-keyed-vectors.ts';
import type { Sentences } from '../word2vec/corpus.ts';
import {
  settled,
  word2VecNames,
  type Watching,
  type TrainOptions,
  type Word2VecOptions,
} from '../word2vec/options.ts';
import { WordModel } from '../word2vec/word-model.ts';
import { SubwordRows } from './subword-rows.ts';
import type { SubwordOptions } from './subwords.ts';

/** Options of `FastText.fit`: those of `Word2Vec.fit`, and which n-grams a word has. */
export interface FastTextOptions extends Word2VecOptions {
  /** Characters of the shortest n-grams. Default 3. */
  readonly minN?: number;
  /** Characters of the longest n-grams; less than `minN` for none. Default 6. */
  readonly maxN?: number;
  /** Numbers that n-grams are hashed to: those with the same one share a vector. Default 2,000,000. */
  readonly bucket?: number;
}

/**
 * Vectors of words that are made of those of their n-grams, learnt from a corpus, so that words that were never seen have vectors too.
 *
 * $$ v_w = \frac{1}{1 + |G_w|} \Bigl( z_w + \sum_{g ∈ G_w} z_g \Bigr) $$
 *
 * with G the runs of `minN` to `maxN` characters of `<w>`. For the rest it learns as `Word2Vec` does. The vector of an unseen word is the mean of
 * those of its n-grams; those that no word of the training has count as zeros there, where fastText has what it drew at first.
 *
 * Defaults and numbers are those of gensim's `FastText`: FNV-1a over signed bytes finds the vector of an n-gram, first values are uniform in ±1/size, and each
 * vector of a mean gets all of its gradient, be it skip-gram or CBOW. Except: skip-gram's mean is divided by the number of its vectors as in fastText itself, where
 * gensim leaves out the word's own; only buckets that are in use take memory. Of a word, the first 1,000 n-grams count.
 *
 * @example
 * import { FastText } from '@kasane/nlp-embeddings';
 * import { Generator } from '@kasane/tensor-core';
 * const corpus = Array.from({ length: 500 }, (_, i) => {
 *   return i % 2 ? ['the', 'kitten', 'drinks', 'milk'] : ['a', 'wagon', 'needs', 'oil'];
 * });
 * const options = { model: 'skipgram', vectorSize: 16, sample: 0 } as const; // so few words are all frequent
 * const model = await FastText.fit(corpus, { ...options, generator: new Generator(1) });
 * const { vectors } = model;
 * vectors.index('kittens'); // => -1
 * vectors.similarity('kittens', 'milk') > vectors.similarity('kittens', 'oil'); // => true
 *
 * @see Bojanowski et al. (2017), Enriching word vectors with subword information.
 */
export class FastText {
  /** The options that it was trained with. */
  readonly options: Required<Omit<Word2VecOptions, keyof Watching>> & SubwordOptions;
  /** The mean loss of the examples of each epoch. */
  readonly losses: readonly number[];
  readonly #model: WordModel;
  readonly #rows: SubwordRows;

  private constructor(model: WordModel, rows: SubwordRows) {
    this.#model = model;
    this.#rows = rows;
    this.options = { ...model.options, ...rows.options };
    this.losses = model.losses;
  }

  /**
   * Learns the vectors of the words of a corpus and of their n-grams. Reads the corpus and gives way as `Word2Vec.fit` does.
   *
   * @throws what `Word2Vec.fit` throws.
   */
  static async fit(corpus: Sentences, options: FastTextOptions = {}): Promise<FastText> {
    const owner = 'FastText.fit';
    const given = optionsOf(owner, options, [...word2VecNames, 'minN', 'maxN', 'bucket']);
    const { minN = 3, maxN = 6, bucket = 2_000_000 } = given;
    requireWhole(owner, 'minN', minN, 1);
    requireWhole(owner, 'maxN', maxN, 0);
    requireWhole(owner, 'bucket', bucket, 1, 2 ** 31);
    const all = settled(owner, given);
    const inputs = new SubwordRows({ minN, maxN, bucket });
    const kind = { inputs, bound: 1 / all.vectorSize, divide: false };
    return new FastText(await WordModel.fit(owner, corpus, given, all, kind), inputs);
  }

  /**
   * Goes on learning from a corpus, be it another one. New words get vectors, and so do n-grams that only they have; the rest is as in `Word2Vec.train`.
   *
   * @throws what `fit` throws.
   */
  async train(corpus: Sentences, options: TrainOptions = {}): Promise<void> {
    await this.#model.train('FastText.train', corpus, options);
  }

  /** The words, from the most frequent on; new ones of later trainings stand behind. */
  get words(): readonly string[] {
    return this.#model.words;
  }

  /** How often each of the words was seen. */
  get counts(): readonly number[] {
    return this.#model.counts;
  }

  /** A copy of the vectors as they are now, to look words up, also unseen ones. */
  get vectors(): FastTextKeyedVectors {
    const { words, counts, tables } = this.#model;
    const size = tables.size;
    const table = tables.rows();
    const { buckets, options } = this.#rows;
    const vectors = new Float32Array(buckets.size * size);
    const rows = new Map<number, number>();
    for (const [bucket, row] of buckets) {
      vectors.set(table.subarray(row * size, (row + 1) * size), rows.size * size);
      rows.set(bucket, rows.size);
    }
    const subwords = { ...options, vectors, rows };
    return new FastTextKeyedVectors(words, this.#rows.means(table, size), subwords, { counts });
  }

  /** Frees the tables. */
  dispose(): void {
    this.#model.tables.dispose();
  }
}
