import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { Turns } from '../turns.ts';
import { KeyedVectors } from '../vectors/keyed-vectors.ts';
import { readCorpus, renumbered, type Sentences } from './corpus.ts';
import { words as eachWord } from './inputs.ts';
import { SoftmaxLearner, TargetsLearner } from './learners.ts';
import {
  requireRates,
  settled,
  word2VecNames,
  type Settled,
  type Watching,
  type Word2VecOptions,
} from './options.ts';
import { firstRows, Tables } from './tables.ts';
import { HierarchicalSoftmax, NegativeSampling } from './targets.ts';
import { keepChances, trainWords, type Learner } from './train.ts';
import { chosenWords } from './vocabulary.ts';

/** Options of `train`. */
export interface Word2VecTrainOptions extends Watching {
  /** How often the corpus is gone through. Default: as in `fit`. */
  readonly epochs?: number;
  /** The learning rate at the beginning. Default: as in `fit`. */
  readonly alpha?: number;
  /** What it falls to. Default: as in `fit`. */
  readonly minAlpha?: number;
  /** New words that occur less often are left out. Default: as in `fit`. */
  readonly minCount?: number;
}

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
  readonly options: Settled;
  /** The mean loss of the examples of each epoch. */
  readonly losses: number[] = [];
  #words: readonly string[] = [];
  #counts: readonly number[] = [];
  #tables: Tables;

  private constructor(options: Settled) {
    this.options = options;
    this.#tables = new Tables(0, 0, options.vectorSize);
  }

  /**
   * Learns the vectors of the words of a corpus, which is gone through once to read it and then kept as numbers, 4 bytes for each word. Gives way to the
   * event loop about every 16 ms.
   *
   * Throws TypeError for options that it does not have, RangeError for options out of range, DataError for sentences that are no arrays of
   * words, for a corpus without words that occur `minCount` times, and for a loss that is not finite; the reason of `signal` when it is aborted.
   */
  static async fit(corpus: Sentences, options: Word2VecOptions = {}): Promise<Word2Vec> {
    const given = optionsOf('Word2Vec.fit', options, word2VecNames);
    const model = new Word2Vec(settled('Word2Vec.fit', given));
    await model.#learn('Word2Vec.fit', corpus, given, model.options);
    return model;
  }

  /**
   * Goes on learning from a corpus, be it another one. Words that are new and occur `minCount` times get vectors; occurrences of known words add to their counts.
   * A Huffman tree is made anew with the counts, and its nodes start again from zeros.
   *
   * Throws what `fit` throws.
   */
  async train(corpus: Sentences, options: Word2VecTrainOptions = {}): Promise<void> {
    const names = ['epochs', 'alpha', 'minAlpha', 'minCount', 'onProgress', 'signal'] as const;
    const given = optionsOf('Word2Vec.train', options, names);
    const { epochs, alpha, minAlpha, minCount } = { ...this.options, ...given };
    requireWhole('Word2Vec.train', 'epochs', epochs, 1);
    requireWhole('Word2Vec.train', 'minCount', minCount, 1);
    requireRates('Word2Vec.train', alpha, minAlpha);
    const settings = { ...this.options, epochs, alpha, minAlpha, minCount };
    await this.#learn('Word2Vec.train', corpus, given, settings);
  }

  /** The words, from the most frequent on; new ones of later trainings stand behind. */
  get words(): readonly string[] {
    return this.#words;
  }

  /** How often each of the words was seen. */
  get counts(): readonly number[] {
    return this.#counts;
  }

  /** A copy of the vectors as they are now, to look words up. */
  get vectors(): KeyedVectors {
    return new KeyedVectors(this.#words, this.#tables.rows(), { counts: this.#counts });
  }

  /** Frees the tables. */
  dispose(): void {
    this.#tables.dispose();
  }

  async #learn(
    owner: string,
    sentences: Sentences,
    { onProgress, signal }: Watching,
    settings: Settled,
  ): Promise<void> {
    const turns = new Turns(signal);
    const corpus = await readCorpus(owner, sentences, turns);
    const chosen = chosenWords(owner, corpus, this.#words, this.#counts, settings);
    this.#grow(chosen.words, chosen.counts);
    const losses = await trainWords(renumbered(corpus, chosen.to), eachWord, this.#learner(), {
      ...settings,
      owner,
      keep: keepChances(chosen.counts, settings.sample),
      turns,
      onProgress,
    });
    this.losses.push(...losses);
  }

  /** Makes room for the words that are new. */
  #grow(words: readonly string[], counts: readonly number[]): void {
    const { vectorSize, generator, loss } = this.options;
    const [old, added] = [this.#tables, words.length - this.#words.length];
    const targets = loss === 'hs' ? words.length - 1 : words.length;
    this.#words = words;
    this.#counts = counts;
    if (added === 0 && loss !== 'hs') return;
    this.#tables = new Tables(words.length, targets, vectorSize);
    this.#tables.put(old.rows());
    this.#tables.put(firstRows(added, vectorSize, generator), old.inputs);
    if (loss !== 'hs')
      this.#tables.put(old.rows(old.inputs, old.inputs + old.targets), words.length);
    old.dispose();
  }

  #learner(): Learner {
    const { loss, negative, nsExponent } = this.options;
    if (loss === 'softmax') return new SoftmaxLearner(this.#tables, true);
    const targets =
      loss === 'hs'
        ? new HierarchicalSoftmax(this.#counts)
        : new NegativeSampling(this.#counts, negative, nsExponent);
    return new TargetsLearner(this.#tables, targets, true);
  }
}
