import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import { readCorpus, renumbered, type Sentences } from './corpus.ts';
import type { Inputs } from './inputs.ts';
import { SoftmaxLearner, TargetsLearner } from './learners.ts';
import { requireRates, type Settled, type TrainOptions, type Watching } from './options.ts';
import { firstRows, Tables } from './tables.ts';
import { HierarchicalSoftmax, NegativeSampling } from './targets.ts';
import { keepChances, trainWords, type Learner } from './train.ts';
import { chosenWords } from './vocabulary.ts';

/** In what models of words differ. */
export interface WordModelKind {
  /** What a word is made of. */
  readonly inputs: Inputs;
  /** First values are uniform in ± this. */
  readonly bound: number;
  /** Share the gradient of a mean out among its rows, as calculus has it; else each gets all of it. */
  readonly divide: boolean;
}

/** Words, their counts and tables, and how they are learnt: what `Word2Vec` and `FastText` have in common. */
export class WordModel {
  readonly options: Settled;
  /** The mean loss of the examples of each epoch. */
  readonly losses: number[] = [];
  words: readonly string[] = [];
  counts: readonly number[] = [];
  tables: Tables;
  readonly #kind: WordModelKind;

  constructor(options: Settled, kind: WordModelKind) {
    this.options = options;
    this.#kind = kind;
    this.tables = new Tables(0, 0, options.vectorSize);
  }

  /** A model that has learnt from a corpus; one that could not is freed. */
  static async fit(
    owner: string,
    corpus: Sentences,
    watching: Watching,
    options: Settled,
    kind: WordModelKind,
  ): Promise<WordModel> {
    const model = new WordModel(options, kind);
    try {
      await model.learn(owner, corpus, watching, options);
    } catch (error) {
      model.tables.dispose();
      throw error;
    }
    return model;
  }

  /** Goes on with other settings. */
  async train(owner: string, corpus: Sentences, options: TrainOptions): Promise<void> {
    const names = ['epochs', 'alpha', 'minAlpha', 'minCount', 'onProgress', 'signal'] as const;
    const given = optionsOf(owner, options, names);
    const { epochs, alpha, minAlpha, minCount } = { ...this.options, ...given };
    requireWhole(owner, 'epochs', epochs, 1);
    requireWhole(owner, 'minCount', minCount, 1);
    requireRates(owner, alpha, minAlpha);
    await this.learn(owner, corpus, given, { ...this.options, epochs, alpha, minAlpha, minCount });
  }

  async learn(
    owner: string,
    sentences: Sentences,
    { onProgress, signal }: Watching,
    settings: Settled,
  ): Promise<void> {
    const turns = new Turns(signal);
    const corpus = await readCorpus(owner, sentences, turns);
    const chosen = chosenWords(owner, corpus, this.words, this.counts, settings);
    this.#grow(chosen.words, chosen.counts);
    const { inputs } = this.#kind;
    const losses = await trainWords(renumbered(corpus, chosen.to), inputs, this.#learner(), {
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
    const { inputs, bound } = this.#kind;
    const old = this.tables;
    const targets = loss === 'hs' ? words.length - 1 : words.length;
    const added = words.slice(this.words.length);
    this.words = words;
    this.counts = counts;
    if (added.length === 0 && loss !== 'hs') return;
    inputs.grow(added);
    this.tables = new Tables(inputs.rows, targets, vectorSize);
    this.tables.put(old.rows());
    this.tables.put(firstRows(inputs.rows - old.inputs, vectorSize, bound, generator), old.inputs);
    if (loss !== 'hs') {
      this.tables.put(old.rows(old.inputs, old.inputs + old.targets), inputs.rows);
    }
    old.dispose();
  }

  #learner(): Learner {
    const { loss, negative, nsExponent } = this.options;
    const { divide } = this.#kind;
    if (loss === 'softmax') return new SoftmaxLearner(this.tables, divide);
    const targets =
      loss === 'hs'
        ? new HierarchicalSoftmax(this.counts)
        : new NegativeSampling(this.counts, negative, nsExponent);
    return new TargetsLearner(this.tables, targets, divide);
  }
}
