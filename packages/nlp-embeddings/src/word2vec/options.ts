import { defaultGenerator, requireThat, requireWhole, type Generator } from '@kasane/tensor-core';
import type { TrainingProgress } from './train.ts';

/** What one may watch and end a training by. */
export interface Watching {
  /** Called about every 16 ms and at the end of each epoch. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Ends the training between two chunks of words. */
  readonly signal?: AbortSignal;
}

/** Options of `train`. */
export interface TrainOptions extends Watching {
  /** How often the corpus is gone through. Default: as in `fit`. */
  readonly epochs?: number;
  /** The learning rate at the beginning. Default: as in `fit`. */
  readonly alpha?: number;
  /** What it falls to. Default: as in `fit`. */
  readonly minAlpha?: number;
  /** New words that occur less often are left out. Default: as in `fit`. */
  readonly minCount?: number;
}

/** Options of `Word2Vec.fit`; the names are gensim's, those of `model` and `loss` fastText's. */
export interface Word2VecOptions extends Watching {
  /** Numbers of a vector. Default 100. */
  readonly vectorSize?: number;
  /** `cbow` tells a word from the mean of its neighbours, `skipgram` each neighbour from the word. Default `cbow`. */
  readonly model?: 'cbow' | 'skipgram';
  /** `ns`, negative sampling; `hs`, hierarchical softmax; `softmax` over all words, for small vocabularies. Default `ns`. */
  readonly loss?: 'ns' | 'hs' | 'softmax';
  /** How far away a neighbour may be; how far this time is drawn for each word, from 1 on. Default 5. */
  readonly window?: number;
  /** Words with the answer no beside each with yes. Default 5. */
  readonly negative?: number;
  /** They are drawn by chances ∝ count to this power. Default 0.75. */
  readonly nsExponent?: number;
  /** Leave out words that occur less often. Default 5. */
  readonly minCount?: number;
  /** Keep so many words at most, the most frequent. Default: all. */
  readonly maxVocabSize?: number;
  /** Leave out occurrences of words whose share of all is far above this; 0 leaves out none. Default 0.001. */
  readonly sample?: number;
  /** The learning rate at the beginning. Default 0.025. */
  readonly alpha?: number;
  /** What it falls to, in a straight line. Default 0.0001. */
  readonly minAlpha?: number;
  /** How often the corpus is gone through. Default 5. */
  readonly epochs?: number;
  /** Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

export const word2VecNames = [
  'vectorSize',
  'model',
  'loss',
  'window',
  'negative',
  'nsExponent',
  'minCount',
  'maxVocabSize',
  'sample',
  'alpha',
  'minAlpha',
  'epochs',
  'generator',
  'onProgress',
  'signal',
] as const;

/** The options with their defaults; throws for those out of range. */
export function settled(owner: string, options: Word2VecOptions): Settled {
  const {
    vectorSize = 100,
    model = 'cbow',
    loss = 'ns',
    window = 5,
    negative = 5,
    nsExponent = 0.75,
    minCount = 5,
    maxVocabSize = Infinity,
    sample = 1e-3,
    alpha = 0.025,
    minAlpha = 1e-4,
    epochs = 5,
    generator = defaultGenerator(),
  } = options;
  requireWhole(owner, 'vectorSize', vectorSize, 1, 8192);
  requireOneOf(owner, 'model', model, ['cbow', 'skipgram']);
  requireOneOf(owner, 'loss', loss, ['ns', 'hs', 'softmax']);
  requireWhole(owner, 'window', window, 1, 1000);
  requireWhole(owner, 'negative', negative, 1, 1000);
  requireThat(Number.isFinite(nsExponent), owner, 'nsExponent', nsExponent, 'a finite number');
  requireWhole(owner, 'minCount', minCount, 1);
  if (maxVocabSize !== Infinity) requireWhole(owner, 'maxVocabSize', maxVocabSize, 1);
  requireThat(sample >= 0 && sample < Infinity, owner, 'sample', sample, 'a number ≥ 0');
  requireRates(owner, alpha, minAlpha);
  requireWhole(owner, 'epochs', epochs, 1);
  return {
    vectorSize,
    model,
    loss,
    window,
    negative,
    nsExponent,
    minCount,
    maxVocabSize,
    sample,
    alpha,
    minAlpha,
    epochs,
    generator,
  };
}

/** Options that all have a value. */
export type Settled = Required<Omit<Word2VecOptions, keyof Watching>>;

export function requireRates(owner: string, alpha: number, minAlpha: number): void {
  requireThat(alpha > 0 && alpha < Infinity, owner, 'alpha', alpha, 'a number above 0');
  requireThat(
    minAlpha >= 0 && minAlpha <= alpha,
    owner,
    'minAlpha',
    minAlpha,
    `a number from 0 to alpha, ${alpha}`,
  );
}

function requireOneOf(owner: string, what: string, given: string, words: readonly string[]): void {
  if (words.includes(given)) return;
  throw new RangeError(
    `${owner}: ${what} must be one of ${words.join(', ')}, got ${JSON.stringify(given)}.`,
  );
}
