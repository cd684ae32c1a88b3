import { optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import type { AddedToken } from '../added-tokens.ts';
import { BPE, type Merge } from '../models/bpe.ts';
import { WordPiece } from '../models/word-level.ts';
import { Alphabet, type AlphabetOptions } from './alphabet.ts';
import { PairQueue } from './pair-queue.ts';
import {
  requireCounts,
  Trainer,
  trainOptions,
  Stages,
  type PieceCounts,
  type TrainOptions,
} from './trainer.ts';

/** Options of `trainers.BpeTrainer`. */
export interface BpeTrainerOptions extends AlphabetOptions {
  /** How many tokens there are to be, special ones and characters included. Default 30000. */
  readonly vocabSize?: number;
  /** Pairs that are seen less often are not merged. Default 0. */
  readonly minFrequency?: number;
  /** They have the first ids. Default none. */
  readonly specialTokens?: readonly (string | AddedToken)[];
  /** Tokens are made of less characters than this, but for the first merges. Default null: any number. */
  readonly maxTokenLength?: number | null;
  /** Which of the pairs that are seen equally often is merged first: that of the lower ids, as in HF's, or the one that was seen first. Default `'ids'`. */
  readonly ties?: 'ids' | 'firstSeen';
}

/**
 * Trains a `BPE` model: merges the most frequent pair of neighbours, again and again.
 *
 * The same corpus gives HF's merges; where HF leaves an order to chance (which of equally rare characters `limitAlphabet` drops, ids of
 * tokens with a prefix or suffix) it is that of first appearance here.
 *
 * @throws RangeError for options out of range.
 *
 * @example
 * import { trainers } from '@kasane/nlp-embeddings/tokenizers';
 * const trainer = new trainers.BpeTrainer({ vocabSize: 6, specialTokens: ['<unk>'] });
 * const model = await trainer.train(new Map([['low', 5], ['lo', 2]]));
 * model.merges; // => [["l","o"],["lo","w"]]
 * @see Sennrich et al. (2016), Neural Machine Translation of Rare Words with Subword Units.
 */
export class BpeTrainer extends Trainer {
  readonly options: Readonly<Required<Omit<BpeTrainerOptions, 'specialTokens'>>>;

  constructor(options?: BpeTrainerOptions) {
    const {
      vocabSize = 30_000,
      minFrequency = 0,
      specialTokens = [],
      maxTokenLength = null,
      ties = 'ids',
      limitAlphabet = null,
      initialAlphabet = [],
      continuingSubwordPrefix = null,
      endOfWordSuffix = null,
    } = optionsOf('BpeTrainer', options, [
      'vocabSize',
      'minFrequency',
      'specialTokens',
      'maxTokenLength',
      'ties',
      'limitAlphabet',
      'initialAlphabet',
      'continuingSubwordPrefix',
      'endOfWordSuffix',
    ]);
    requireWhole('BpeTrainer', 'vocabSize', vocabSize);
    requireWhole('BpeTrainer', 'minFrequency', minFrequency);
    if (maxTokenLength !== null) requireWhole('BpeTrainer', 'maxTokenLength', maxTokenLength, 1);
    if (limitAlphabet !== null) requireWhole('BpeTrainer', 'limitAlphabet', limitAlphabet);
    if (ties !== 'ids' && ties !== 'firstSeen') {
      throw new RangeError(`BpeTrainer: ties must be 'ids' or 'firstSeen', got ${shown(ties)}.`);
    }
    super(specialTokens);
    this.options = {
      vocabSize,
      minFrequency,
      maxTokenLength,
      ties,
      limitAlphabet,
      initialAlphabet,
      continuingSubwordPrefix,
      endOfWordSuffix,
    };
  }

  async train(counts: PieceCounts, options?: TrainOptions): Promise<BPE> {
    const stages = new Stages(trainOptions('BpeTrainer.train', options));
    const {
      vocabSize,
      minFrequency,
      maxTokenLength,
      ties,
      continuingSubwordPrefix,
      endOfWordSuffix,
    } = this.options;
    requireCounts('BpeTrainer.train', counts);
    const alphabet = new Alphabet(this.specialTokens, counts, this.options);
    const { tokens, ids } = alphabet;
    const words: number[][] = [];
    const lengths: number[][] = [];
    const queue = new PairQueue(ties);
    for (const [word, count] of counts) {
      const symbols = alphabet.spelled(word);
      const index = words.push(symbols) - 1;
      lengths.push(symbols.map(() => 1));
      for (let i = 1; i < symbols.length; i++)
        queue.add(symbols[i - 1]!, symbols[i]!, count, index);
      if (stages.due) await stages.give('pairs', words.length, counts.size);
    }
    queue.flush();
    const numbers = [...counts.values()];
    const merges: Merge[] = [];
    const total = Math.max(0, vocabSize - tokens.length);
    while (tokens.length < vocabSize) {
      const top = queue.pop();
      if (top === null || top.count < 1 || top.count < minFrequency) break;
      const [first, second] = [tokens[top.first]!, tokens[top.second]!];
      const prefix = continuingSubwordPrefix ?? '';
      const token = first + (second.startsWith(prefix) ? second.slice(prefix.length) : second);
      let id = ids.get(token);
      if (id === undefined) {
        id = tokens.push(token) - 1;
        ids.set(token, id);
      }
      merges.push([first, second]);
      for (const index of top.words) {
        const change = (a: number, b: number, by: number): void => {
          queue.add(a, b, by * numbers[index]!, index);
        };
        mergeIn(words[index]!, lengths[index]!, top, id, maxTokenLength ?? Infinity, change);
      }
      queue.flush();
      if (stages.due) await stages.give('merges', merges.length, total);
    }
    return new BPE(ids, merges, { continuingSubwordPrefix, endOfWordSuffix });
  }
}

/** Joins a pair wherever it stands in a word, and tells which neighbours there are more of, and less. */
function mergeIn(
  symbols: number[],
  lengths: number[],
  { first, second }: { readonly first: number; readonly second: number },
  id: number,
  maxLength: number,
  change: (a: number, b: number, by: number) => void,
): void {
  let size = 0;
  for (let i = 0; i < symbols.length; i++, size++) {
    if (symbols[i] !== first || symbols[i + 1] !== second) {
      symbols[size] = symbols[i]!;
      lengths[size] = lengths[i]!;
      continue;
    }
    const length = lengths[i]! + lengths[i + 1]!;
    if (size > 0) {
      change(symbols[size - 1]!, first, -1);
      if (lengths[size - 1]! + length < maxLength) change(symbols[size - 1]!, id, 1);
    }
    i++;
    if (i + 1 < symbols.length) {
      change(second, symbols[i + 1]!, -1);
      if (lengths[i + 1]! + length < maxLength) change(id, symbols[i + 1]!, 1);
    }
    symbols[size] = id;
    lengths[size] = length;
  }
  symbols.length = lengths.length = size;
}

/** Options of `trainers.WordPieceTrainer`. */
export interface WordPieceTrainerOptions extends Omit<BpeTrainerOptions, 'maxTokenLength'> {
  /** Stands for words that cannot be written. Default `'[UNK]'`. */
  readonly unkToken?: string;
}

/**
 * Trains a `WordPiece` model, whose tokens are those that BPE finds, with `##` where they go on; as HF's.
 *
 * @throws RangeError for options out of range.
 *
 * @example
 * import { trainers } from '@kasane/nlp-embeddings/tokenizers';
 * const trainer = new trainers.WordPieceTrainer({ vocabSize: 9, specialTokens: ['[UNK]'] });
 * const model = await trainer.train(new Map([['low', 5], ['slow', 2]]));
 * model.tokenize('slow').tokens; // => ["s","##l","##ow"]
 */
export class WordPieceTrainer extends Trainer {
  readonly #bpe: BpeTrainer;
  readonly #prefix: string;
  readonly #unkToken: string;

  constructor(options?: WordPieceTrainerOptions) {
    const { unkToken = '[UNK]', ...others } = optionsOf('WordPieceTrainer', options, [
      'unkToken',
      'vocabSize',
      'minFrequency',
      'specialTokens',
      'ties',
      'limitAlphabet',
      'initialAlphabet',
      'continuingSubwordPrefix',
      'endOfWordSuffix',
    ]);
    super(others.specialTokens);
    this.#prefix = others.continuingSubwordPrefix ?? '##';
    this.#bpe = new BpeTrainer({ ...others, continuingSubwordPrefix: this.#prefix });
    this.#unkToken = unkToken;
  }

  async train(counts: PieceCounts, options?: TrainOptions): Promise<WordPiece> {
    const { vocab } = await this.#bpe.train(counts, options);
    const [continuingSubwordPrefix, unkToken] = [this.#prefix, this.#unkToken];
    return new WordPiece(vocab, { continuingSubwordPrefix, unkToken });
  }
}
