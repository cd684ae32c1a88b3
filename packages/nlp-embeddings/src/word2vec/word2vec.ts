import { optionsOf } from '@kasane/tensor-core';
import { KeyedVectors } from '../vectors/keyed-vectors.ts';
import type { Sentences } from './corpus.ts';
import { WordRows } from './inputs.ts';
import {
  settled,
  word2VecNames,
  type Watching,
  type TrainOptions,
  type Word2VecOptions,
} from './options.ts';
import { WordModel } from './word-model.ts';

/**
 * Vectors of words that tell which words stand near each other, learnt from a corpus.
 *
 * Skip-gram with negative sampling, per word w and neighbour c, with words n drawn by chances ∝ count^¾:
 * $$ L = -\log σ(v_w · u_c) - \sum_n \log σ(-v_w · u_n) $$
 *
 * CBOW has the mean of the vectors of all neighbours in the place of v_w, and w in that of c. With `loss: 'hs'` the answers are the turns
 * on the way to the word in a Huffman tree, with `'softmax'` it is cross-entropy over all words. Windows are of dynamic size; an occurrence of a
 * word whose share of the corpus is f is kept with the probability √(t/f) + t/f, t being `sample`.
 *
 * Defaults and numbers are those of gensim, except: the gradient of CBOW's mean is always divided by the size of its context; a skip-gram example goes from
 * the word to its neighbour; `losses` are right: means over the examples of an epoch. The draws are another generator's, so vectors are not gensim's
 * to the bit. The same seed gives the same bits. Vectors are float32.
 *
 * @example
 * import { Word2Vec } from '@kasane/nlp-embeddings';
 * import { Generator } from '@kasane/tensor-core';
 * const corpus = Array.from({ length: 500 }, (_, i) => {
 *   return i % 2 ? ['the', 'cat', 'drinks', 'milk'] : ['a', 'car', 'needs', 'oil'];
 * });
 * const options = { model: 'skipgram', vectorSize: 16, sample: 0 } as const; // so few words are all frequent
 * const model = await Word2Vec.fit(corpus, { ...options, generator: new Generator(1) });
 * model.losses.length; // => 5
 * model.vectors.similarity('cat', 'milk') > model.vectors.similarity('cat', 'oil'); // => true
 *
 * @see Mikolov et al. (2013), Efficient estimation of word representations in vector space.
 * @see Mikolov et al. (2013), Distributed representations of words and phrases and their compositionality.
 */
export class Word2Vec {
  /** The options that it was trained with. */
  readonly options: Required<Omit<Word2VecOptions, keyof Watching>>;
  /** The mean loss of the examples of each epoch. */
  readonly losses: readonly number[];
  readonly #model: WordModel;

  private constructor(model: WordModel) {
    this.#model = model;
    this.options = model.options;
    this.losses = model.losses;
  }

  /**
   * Learns the vectors of the words of a corpus, which is gone through once to read it and then kept as numbers, 4 bytes for each word. Gives way to the
   * event loop about every 16 ms.
   *
   * @throws TypeError for options that it does not have.
   * @throws RangeError for options out of range.
   * @throws {@link DataError} for sentences that are no arrays of words, for a corpus without words that occur `minCount` times, and for a loss that is not
   * finite.
   * @throws the reason of `signal` when it is aborted.
   */
  static async fit(corpus: Sentences, options: Word2VecOptions = {}): Promise<Word2Vec> {
    const given = optionsOf('Word2Vec.fit', options, word2VecNames);
    const all = settled('Word2Vec.fit', given);
    const bound = 0.5 / all.vectorSize;
    const kind = { inputs: new WordRows(), bound, divide: true };
    return new Word2Vec(await WordModel.fit('Word2Vec.fit', corpus, given, all, kind));
  }

  /**
   * Goes on learning from a corpus, be it another one. Words that are new and occur `minCount` times get vectors; occurrences of known words add to their counts.
   * A Huffman tree is made anew with the counts, and its nodes start again from zeros.
   *
   * @throws what `fit` throws.
   */
  async train(corpus: Sentences, options: TrainOptions = {}): Promise<void> {
    await this.#model.train('Word2Vec.train', corpus, options);
  }

  /** The words, from the most frequent on; new ones of later trainings stand behind. */
  get words(): readonly string[] {
    return this.#model.words;
  }

  /** How often each of the words was seen. */
  get counts(): readonly number[] {
    return this.#model.counts;
  }

  /** A copy of the vectors as they are now, to look words up. */
  get vectors(): KeyedVectors {
    const { words, counts, tables } = this.#model;
    return new KeyedVectors(words, tables.rows(), { counts });
  }

  /** Frees the tables. */
  dispose(): void {
    this.#model.tables.dispose();
  }
}
