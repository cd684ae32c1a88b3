import { optionsOf, requireThat, requireWhole } from '@kasane/tensor-core';
import type { AddedToken } from '../added-tokens.ts';
import { Lattice } from '../models/lattice.ts';
import { Trie } from '../models/trie.ts';
import { Unigram } from '../models/unigram.ts';
import { byCodePoints } from './alphabet.ts';
import { substrings } from './substrings.ts';
import {
  contents,
  requireCounts,
  Trainer,
  trainOptions,
  Stages,
  type PieceCounts,
  type TrainOptions,
} from './trainer.ts';

/** Options of `trainers.UnigramTrainer`. */
export interface UnigramTrainerOptions {
  /** How many tokens there are to be, special ones and characters included. Default 8000. */
  readonly vocabSize?: number;
  /** They have the first ids. Default none. */
  readonly specialTokens?: readonly (string | AddedToken)[];
  /** Stands for unknown characters; if it is not among the special tokens, it is put before them. Default null. */
  readonly unkToken?: string | null;
  /** Characters that are kept, seen or not. Default none. */
  readonly initialAlphabet?: readonly string[];
  /** Each round keeps so much of the tokens. Default 0.75. */
  readonly shrinkingFactor?: number;
  /** Tokens have at most so many characters. Default 16. */
  readonly maxPieceLength?: number;
  /** Rounds of expectation and maximisation before tokens are dropped. Default 2. */
  readonly nSubIterations?: number;
  /** With so many substrings it begins at most. Default 1000000. */
  readonly seedSize?: number;
}

/** A token and the logarithm of its probability. */
type Piece = readonly [text: string, score: number];

/** What is expected less often is dropped. */
const RARE = 0.5;

/** An unknown character costs so much more than the rarest token. */
const PENALTY = 10;

/**
 * Trains a `Unigram` model: begins with the most frequent substrings, then by turns estimates their probabilities (EM) and drops those that are
 * missed least, until there are as few as was asked for. All characters are kept.
 *
 * $$ \log p_i = \psi(c_i) - \psi\Big(\sum_j c_j\Big) $$
 *
 * is the estimate, of how often each token is expected, c, with the digamma function ψ. As HF's, with its seed, its Bayesian EM and its scores; where HF leaves an order to chance (of tokens that are missed equally), it is that
 * of the more frequent substring here. Needs no words: sentences of a language without spaces will do.
 *
 * @throws RangeError for options out of range, and for a vocabulary that has no room for the characters.
 *
 * @example
 * import { trainers } from '@kasane/nlp-embeddings/tokenizers';
 * const counts = new Map([['深層学習', 3], ['学習する', 2], ['深い', 1], ['深層', 2]]);
 * const trainer = new trainers.UnigramTrainer({ vocabSize: 10, unkToken: '<unk>' });
 * const model = await trainer.train(counts);
 * model.tokenize('深層学習').tokens; // => ["深層","学習"]
 * @see Kudo (2018), Subword Regularization.
 */
export class UnigramTrainer extends Trainer {
  readonly options: Readonly<Required<Omit<UnigramTrainerOptions, 'specialTokens'>>>;

  constructor(options?: UnigramTrainerOptions) {
    const {
      vocabSize = 8000,
      specialTokens,
      unkToken = null,
      initialAlphabet = [],
      shrinkingFactor = 0.75,
      maxPieceLength = 16,
      nSubIterations = 2,
      seedSize = 1_000_000,
    } = optionsOf('UnigramTrainer', options, [
      'vocabSize',
      'specialTokens',
      'unkToken',
      'initialAlphabet',
      'shrinkingFactor',
      'maxPieceLength',
      'nSubIterations',
      'seedSize',
    ]);
    super(specialTokens);
    const owner = 'UnigramTrainer';
    requireWhole(owner, 'vocabSize', vocabSize, 1);
    requireWhole(owner, 'maxPieceLength', maxPieceLength, 1);
    requireWhole(owner, 'nSubIterations', nSubIterations, 1);
    requireWhole(owner, 'seedSize', seedSize, 1);
    const shrinks = shrinkingFactor > 0 && shrinkingFactor < 1;
    requireThat(shrinks, owner, 'shrinkingFactor', shrinkingFactor, 'between 0 and 1');
    this.options = {
      vocabSize,
      unkToken,
      initialAlphabet,
      shrinkingFactor,
      maxPieceLength,
      nSubIterations,
      seedSize,
    };
  }

  async train(counts: PieceCounts, options?: TrainOptions): Promise<Unigram> {
    const stages = new Stages(trainOptions('UnigramTrainer.train', options));
    requireCounts('UnigramTrainer.train', counts);
    const { vocabSize, nSubIterations } = this.options;
    const characters = this.#characters(counts);
    let pieces = await this.#seed(counts, stages);
    const wanted = Math.floor((vocabSize * 11) / 10);
    const first = pieces.length;
    for (;;) {
      for (let i = 0; i < nSubIterations; i++) pieces = await estimated(pieces, counts, stages);
      if (pieces.length <= wanted) break;
      await stages.give('em', first - pieces.length, first - wanted);
      const kept = Math.max(wanted, Math.floor(pieces.length * this.options.shrinkingFactor));
      pieces = await pruned(pieces, counts, kept, stages);
    }
    return this.#finished(pieces, characters);
  }

  /** All characters: those of the texts, and those that are kept anyway. */
  #characters(counts: PieceCounts): string[] {
    const all = new Set<string>();
    for (const text of counts.keys()) for (const char of text) all.add(char);
    for (const [char] of this.options.initialAlphabet) if (char !== undefined) all.add(char);
    if (all.size > this.options.vocabSize) {
      throw new RangeError(
        `UnigramTrainer: vocabSize ${this.options.vocabSize} has no room for the ${all.size} different characters of the texts; take a greater one, or normalize the texts.`,
      );
    }
    return [...all];
  }

  /** What stands for unknown ones, all characters, and the substrings that cover most. */
  async #seed(counts: PieceCounts, stages: Stages): Promise<Piece[]> {
    const seen = new Map<string, number>();
    for (const [text, count] of counts) {
      for (const char of text) if (char !== '\0') seen.set(char, (seen.get(char) ?? 0) + count);
    }
    const downwards = (a: Piece, b: Piece): number => b[1] - a[1] || byCodePoints(b[0], a[0]);
    const characters: Piece[] = [...seen].sort(downwards);
    const found = await substrings(counts.keys(), this.options.maxPieceLength, stages);
    const covering = found
      .map(({ text, count }): Piece => [text, count * [...text].length])
      .sort(downwards);
    const seeds = [
      ...characters,
      ...covering.slice(0, Math.max(1, this.options.seedSize - characters.length)),
    ];
    const total = Math.log(seeds.reduce((sum, [, score]) => sum + score, 0));
    return [UNKNOWN, ...seeds.map(([text, score]): Piece => [text, Math.log(score) - total])];
  }

  /** All characters and the likeliest tokens, as many as was asked for, by their probabilities. */
  #finished(pieces: readonly Piece[], characters: readonly string[]): Unigram {
    const { vocabSize, unkToken } = this.options;
    const special = contents(this.specialTokens);
    const addsUnk = unkToken !== null && !special.includes(unkToken);
    if (addsUnk) special.unshift(unkToken);
    const scores = new Map(pieces.slice(1));
    let least = Math.min(...scores.values());
    const kept = new Map<string, number>();
    for (const char of characters) {
      kept.set(char, scores.get(char) ?? least);
      if (!scores.has(char)) least += 0.0001; // all of them differ
    }
    for (const [text, score] of scores) {
      if (kept.size >= vocabSize - special.length) break;
      if (!kept.has(text)) kept.set(text, score);
    }
    for (const token of special) kept.delete(token);
    const sorted = [...kept].sort(([, a], [, b]) => b - a);
    const vocab: Piece[] = [...special.map((token): Piece => [token, 0]), ...sorted];
    return new Unigram(vocab, { unkId: unkToken === null ? null : special.indexOf(unkToken) });
  }
}

/** Stands for unknown characters while the model is trained. No text has it. */
const UNKNOWN: Piece = ['', Number.NaN];

function latticeOf(pieces: readonly Piece[]): Lattice {
  const scores = Float64Array.from(pieces, ([, score]) => score);
  let least = Infinity;
  for (const score of scores) if (score < least) least = score;
  const ids = pieces.map(([text], id) => [text, id] as const);
  return new Lattice(new Trie(ids), scores, least - PENALTY);
}

/** The pieces with new probabilities, without those that are hardly expected. */
async function estimated(
  pieces: readonly Piece[],
  counts: PieceCounts,
  stages: Stages,
): Promise<Piece[]> {
  const lattice = latticeOf(pieces);
  const expected = new Float64Array(pieces.length);
  let done = 0;
  for (const [text, count] of counts) {
    lattice.set(text).expect(count, expected);
    done++;
    if (stages.due) await stages.give('expect', done, counts.size);
  }
  const kept = pieces.flatMap(([text], id): Piece[] =>
    id > 0 && expected[id]! >= RARE ? [[text, expected[id]!]] : [],
  );
  // The Bayesian maximisation: exp(digamma(count)) instead of the count makes rare ones rarer.
  const total = digamma(kept.reduce((sum, [, count]) => sum + count, 0));
  return [UNKNOWN, ...kept.map(([text, count]): Piece => [text, digamma(count) - total])];
}

/** As many of the pieces as was asked for: those without which the texts would be much less likely. */
async function pruned(
  pieces: readonly Piece[],
  counts: PieceCounts,
  size: number,
  stages: Stages,
): Promise<Piece[]> {
  const lattice = latticeOf(pieces);
  // How each piece would be written if it were not there; null if it is not written as itself.
  const alternatives: (readonly number[] | null)[] = [null];
  for (const [text] of pieces.slice(1)) {
    const [best, second] = lattice.set(text).nBest(2);
    const isItself = best!.ids.length === 1;
    alternatives.push(second === undefined ? [] : isItself ? second.ids : null);
    if (stages.due) await stages.give('prune', alternatives.length, pieces.length);
  }
  const frequency = new Float64Array(pieces.length);
  let all = 0;
  for (const [text, count] of counts) {
    all += count;
    for (const id of lattice.set(text).viterbi().ids) frequency[Math.max(0, id)]! += count;
    if (stages.due) await stages.give('prune', alternatives.length, pieces.length);
  }
  const sum = frequency.reduce((a, b) => a + b, 0);
  const kept: Piece[] = [UNKNOWN];
  const candidates: { readonly piece: Piece; readonly loss: number }[] = [];
  for (let id = 1; id < pieces.length; id++) {
    const others = alternatives[id]!;
    const own = frequency[id]!;
    if (own === 0 && others === null) continue;
    if (others === null || others.length === 0) {
      kept.push(pieces[id]!);
      continue;
    }
    if (own === 0) continue;
    // log p of the piece, and of what would stand for it. Its count is put to the sum for every piece there is, not for those that
    // would stand for it: so do SentencePiece and HF, and it favours frequent pieces.
    const before = Math.log(own) - Math.log(sum);
    const total = Math.log(sum + own * (pieces.length - 1));
    const after = others.reduce(
      (log, other) => log + Math.log(frequency[Math.max(0, other)]! + own) - total,
      0,
    );
    candidates.push({ piece: pieces[id]!, loss: (own / all) * (before - after) });
  }
  candidates.sort((a, b) => b.loss - a.loss);
  for (const { piece } of candidates.slice(0, Math.max(0, size - kept.length))) kept.push(piece);
  return kept;
}

/** The derivative of the logarithm of the gamma function, for x > 0. */
function digamma(x: number): number {
  let result = 0;
  let at = x;
  for (; at < 7; at++) result -= 1 / at;
  at -= 0.5;
  const square = 1 / (at * at);
  // log x + 1/24 x⁻² - 7/960 x⁻⁴ + 31/8064 x⁻⁶ - 127/30720 x⁻⁸, around x - 1/2
  const series =
    (1 / 24 - (7 / 960 - (31 / 8064 - (127 / 30_720) * square) * square) * square) * square;
  return result + Math.log(at) + series;
}
