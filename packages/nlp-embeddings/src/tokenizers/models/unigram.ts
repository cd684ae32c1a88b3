import {
  DataError,
  optionsOf,
  requireThat,
  requireWhole,
  type Generator,
} from '@kasane/tensor-core';
import type { Json } from '../fields.ts';
import { RecentMap } from '../recent-map.ts';
import { byteIds } from './byte-ids.ts';
import { Lattice, type Path } from './lattice.ts';
import { Model, TokenList, type Tokens } from './model.ts';
import { Trie } from './trie.ts';
import { pairsOf, requireText } from '../given.ts';

/** Options of `models.Unigram`. */
export interface UnigramOptions {
  /** The id of the token that stands for characters that no token has. Default null: there is none, and they are an error. */
  readonly unkId?: number | null;
  /** Write unknown characters as their bytes, `<0xE3>`, if the vocabulary has these. Default false. */
  readonly byteFallback?: boolean;
  /** Draw one of all ways to write a word, with probabilities to this power: small ones are bold. Default null: take the best. */
  readonly alpha?: number | null;
  /** Draw from so many best ways only. Default null: from all. */
  readonly nbestSize?: number | null;
  /** Where `alpha` draws from; it needs one. */
  readonly generator?: Generator;
}

/** Options of `Unigram.sample`. */
export interface UnigramSampleOptions {
  /** Probabilities to this power. Default 1. */
  readonly alpha?: number;
  readonly generator: Generator;
}

/** One of the ways to write a text. */
export interface Segmentation {
  readonly tokens: Tokens;
  /** The sum of the tokens' scores, the logarithm of the probability. */
  readonly score: number;
}

/** An unknown character costs so much more than the rarest token. */
const PENALTY = 10;

/**
 * The unigram language model: of all ways to write a text with tokens, that whose probabilities have the greatest product.
 *
 * $$ \arg\max_x \sum_i \log p(x_i), \quad P(x) \propto \prod_i p(x_i)^\alpha $$
 *
 * over the ways x to write a text; P is what `alpha` draws them by. `vocab` are tokens with the logarithms of their probabilities; the place is the id. Of a token that stands there twice the last place counts:
 * HF's trainer writes special tokens again if its texts have them. Runs of unknown characters are one token, which has their text. As HF's and
 * SentencePiece's.
 *
 * @throws {@link DataError} for scores that are not finite and for an unknown character without `unkId`.
 * @throws RangeError for an `unkId` beyond the vocabulary, for a negative alpha or one without generator, and unless `nbestSize` is a whole number ≥
 * 1.
 *
 * @example
 * import { models } from '@kasane/nlp-embeddings/tokenizers';
 * const vocab: [string, number][] = [['<unk>', 0], ['a', -1], ['b', -1], ['ab', -1.5], ['c', -3]];
 * const model = new models.Unigram(vocab, { unkId: 0 });
 * model.tokenize('abc').tokens; // => ["ab","c"]
 * model.nBest('ab', 2).map(({ tokens, score }) => [tokens.tokens, score]); // => [[["ab"],-1.5],[["a","b"],-2]]
 * @see Kudo (2018), Subword Regularization.
 */
export class Unigram extends Model {
  readonly scores: Float64Array;
  readonly unkId: number | null;
  readonly byteFallback: boolean;
  readonly alpha: number | null;
  readonly nbestSize: number | null;
  readonly #generator: Generator | null;
  readonly #lattice: Lattice;
  readonly #tokensById: readonly string[];
  readonly #bytes: Int32Array | null;
  readonly #cache = new RecentMap<Tokens>();

  constructor(vocab: readonly (readonly [string, number])[] = [], options?: UnigramOptions) {
    const {
      unkId = null,
      byteFallback = false,
      alpha = null,
      nbestSize = null,
      generator,
    } = optionsOf('Unigram', options, ['unkId', 'byteFallback', 'alpha', 'nbestSize', 'generator']);
    super(
      'Unigram',
      pairsOf('Unigram', 'vocab', vocab).map(([token], id) => [token, id] as const),
    );
    this.#tokensById = vocab.map(([token]) => token);
    if (unkId !== null) requireWhole('Unigram', 'unkId', unkId, 0, Math.max(0, vocab.length - 1));
    if (alpha !== null) requireThat(alpha >= 0, 'Unigram', 'alpha', alpha, '≥ 0');
    if (nbestSize !== null) requireWhole('Unigram', 'nbestSize', nbestSize, 1);
    this.scores = Float64Array.from(vocab, ([, score]) => score);
    const wrong = this.scores.findIndex((score) => !Number.isFinite(score));
    if (wrong >= 0) {
      throw new DataError(
        `Unigram: scores must be finite, got ${this.scores[wrong]} for ${JSON.stringify(vocab[wrong]![0])}.`,
      );
    }
    this.unkId = unkId;
    this.byteFallback = byteFallback;
    this.alpha = alpha;
    this.nbestSize = nbestSize;
    this.#generator = generator ?? null;
    this.#bytes = byteFallback ? byteIds(this) : null;
    const least = this.scores.reduce((a, b) => Math.min(a, b), Infinity);
    this.#lattice = new Lattice(new Trie(this.vocab), this.scores, least - PENALTY);
  }

  override get isSteady(): boolean {
    return this.alpha === null;
  }

  override get size(): number {
    return this.#tokensById.length;
  }

  override idToToken(id: number): string | undefined {
    return this.#tokensById[id];
  }

  tokenize(text: string): Tokens {
    if (this.alpha === null)
      return this.#cache.get(text) ?? this.#cache.set(text, this.#best(text));
    if (this.#generator !== null) {
      return this.sample(text, { alpha: this.alpha, generator: this.#generator }).tokens;
    }
    throw new RangeError(
      `Unigram: an alpha of ${this.alpha} needs a generator to draw from; give one, or alpha null.`,
    );
  }

  #best(text: string): Tokens {
    return this.#tokens(text, this.#lattice.set(text).viterbi());
  }

  /** The n best ways to write a text, the best first; fewer if there are no more. */
  nBest(text: string, n: number): Segmentation[] {
    requireText('Unigram.nBest', 'text', text);
    requireWhole('Unigram.nBest', 'n', n, 1);
    return this.#lattice
      .set(text)
      .nBest(n)
      .map((path) => this.#segmentation(text, path));
  }

  /** A way to write a text, drawn with its probability to the power alpha. */
  sample(text: string, options: UnigramSampleOptions): Segmentation {
    const { alpha = 1, generator } = optionsOf('Unigram.sample', options, ['alpha', 'generator']);
    requireText('Unigram.sample', 'text', text);
    if (typeof generator?.random !== 'function') {
      throw new TypeError('Unigram.sample: generator must be given, such as new Generator(1).');
    }
    const lattice = this.#lattice.set(text);
    if (this.nbestSize === null) {
      return this.#segmentation(text, lattice.sample(alpha, generator));
    }
    const paths = lattice.nBest(this.nbestSize);
    const weights = paths.map(({ score }) => Math.exp(alpha * (score - paths[0]!.score)));
    let rest = generator.random() * weights.reduce((a, b) => a + b, 0);
    const drawn = paths.find((_, i) => (rest -= weights[i]!) < 0) ?? paths.at(-1)!;
    return this.#segmentation(text, drawn);
  }

  #segmentation(text: string, path: Path): Segmentation {
    return { tokens: this.#tokens(text, path), score: path.score };
  }

  #tokens(text: string, { ends, ids }: Path): Tokens {
    const list = new TokenList();
    for (let i = 0, start = 0; i < ends.length; i++) {
      let id = ids[i]!;
      const isUnknown = id < 0 || id === this.unkId;
      if (isUnknown)
        while (i + 1 < ends.length && (ids[i + 1]! < 0 || ids[i + 1] === this.unkId)) i++;
      const end = ends[i]!;
      const token = text.slice(start, end);
      if (isUnknown) id = this.tokenToId(token) ?? -1;
      if (id >= 0) list.push(id, token, start, end);
      else if (!this.#pushBytes(list, token, start, end)) {
        list.push(this.#unknown(token), token, start, end);
      }
      start = end;
    }
    return list;
  }

  #pushBytes(list: TokenList, text: string, start: number, end: number): boolean {
    const ids = this.#bytes;
    if (ids === null) return false;
    const bytes = new TextEncoder().encode(text);
    if (bytes.some((byte) => ids[byte]! < 0)) return false;
    for (const byte of bytes) list.push(ids[byte]!, this.idToToken(ids[byte]!)!, start, end);
    return true;
  }

  #unknown(text: string): number {
    if (this.unkId !== null) return this.unkId;
    throw new DataError(
      `Unigram: no token has ${JSON.stringify(text)}, and there is no unkId that could stand for it.`,
    );
  }

  override toJSON(): Json {
    const vocab = this.#tokensById.map((token, id) => [token, this.scores[id]!]);
    return { type: 'Unigram', unk_id: this.unkId, vocab, byte_fallback: this.byteFallback };
  }
}
