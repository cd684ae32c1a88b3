import { optionsOf, requireThat, type Generator } from '@kasane/tensor-core';
import { unitsAt } from '../aligned-text.ts';
import type { Json } from '../fields.ts';
import { RecentMap } from '../recent-map.ts';
import { byteIds } from './byte-ids.ts';
import { Merger } from './merger.ts';
import { Model, requireId, requireUnk, TokenList, type Tokens, type Vocab } from './model.ts';
import { PairTable } from './pair-table.ts';
import { pairsOf } from '../given.ts';

/** Options of `models.BPE`. */
export interface BPEOptions {
  /** The probability with which a merge is passed over, each time anew: other tokens for the same words while a network learns. Default 0. */
  readonly dropout?: number | null;
  /** Where dropout draws from; it needs one. */
  readonly generator?: Generator;
  /** Stands for characters that are not in the vocabulary. Default null: they are left out, as in HF's. */
  readonly unkToken?: string | null;
  /** In front of tokens that do not begin a word. Default null. */
  readonly continuingSubwordPrefix?: string | null;
  /** Behind tokens that end a word. Default null. */
  readonly endOfWordSuffix?: string | null;
  /** One unknown token for a run of unknown characters. Default false. */
  readonly fuseUnk?: boolean;
  /** Write unknown characters as their bytes, `<0xE3>`, if the vocabulary has these. Default false. */
  readonly byteFallback?: boolean;
  /** A word that is in the vocabulary is taken as it is. Default false. */
  readonly ignoreMerges?: boolean;
}

/** Two tokens that become one. */
export type Merge = readonly [first: string, second: string];

/**
 * Byte pair encoding: the characters of a word, then what the merges make of them, in the order of the merges.
 *
 * Takes time n log n for n characters, and remembers the words that it sees often.
 *
 * @throws {@link DataError} for a merge that the vocabulary does not have, and for an unknown character if it does not have the `unkToken` either.
 * @throws RangeError for a dropout that is not from 0 to 1 or has no generator.
 *
 * @example
 * import { models } from '@kasane/nlp-embeddings/tokenizers';
 * const vocab = { l: 0, o: 1, w: 2, lo: 3, low: 4 };
 * const model = new models.BPE(vocab, [['l', 'o'], ['lo', 'w']]);
 * model.tokenize('lowlo').tokens; // => ["low","lo"]
 * @see Sennrich et al. (2016), Neural Machine Translation of Rare Words with Subword Units.
 * @see Provilkov et al. (2020), BPE-Dropout: Simple and Effective Subword Regularization.
 */
export class BPE extends Model {
  readonly merges: readonly Merge[];
  readonly options: Readonly<Omit<Required<BPEOptions>, 'generator' | 'dropout'>>;
  readonly dropout: number;
  readonly #generator: Generator | null;
  readonly #merger: Merger;
  readonly #bytes: Int32Array | null;
  readonly #cache = new RecentMap<Tokens>();

  constructor(vocab: Vocab = [], merges: readonly Merge[] = [], options?: BPEOptions) {
    const {
      dropout = null,
      generator,
      unkToken = null,
      continuingSubwordPrefix = null,
      endOfWordSuffix = null,
      fuseUnk = false,
      byteFallback = false,
      ignoreMerges = false,
    } = optionsOf('BPE', options, [
      'dropout',
      'generator',
      'unkToken',
      'continuingSubwordPrefix',
      'endOfWordSuffix',
      'fuseUnk',
      'byteFallback',
      'ignoreMerges',
    ]);
    super('BPE', vocab);
    pairsOf('BPE', 'merges', merges);
    this.dropout = dropout ?? 0;
    requireThat(
      this.dropout >= 0 && this.dropout <= 1,
      'BPE',
      'dropout',
      this.dropout,
      'from 0 to 1',
    );
    this.#generator = generator ?? null;
    this.options = {
      unkToken,
      continuingSubwordPrefix,
      endOfWordSuffix,
      fuseUnk,
      byteFallback,
      ignoreMerges,
    };
    this.merges = merges;
    this.#bytes = byteFallback ? byteIds(this) : null;
    const prefix = continuingSubwordPrefix?.length ?? 0;
    const pairs = new PairTable(merges.length);
    const merged = new Int32Array(merges.length);
    for (const [rank, [first, second]] of merges.entries()) {
      const what = `of merge ${rank}, ${JSON.stringify([first, second])},`;
      const a = requireId(this, 'BPE', what, first);
      const b = requireId(this, 'BPE', what, second);
      merged[rank] = requireId(this, 'BPE', what, first + second.slice(prefix));
      pairs.set(a, b, rank);
    }
    this.#merger = new Merger(pairs, merged, this.ranks(merged));
  }

  /** The rank of each merge, of which the lowest comes first, given the ids of what they make. */
  protected ranks(merged: Int32Array): Int32Array {
    return merged.map((_, rank) => rank);
  }

  override get isSteady(): boolean {
    return this.dropout === 0;
  }

  tokenize(text: string): Tokens {
    if (this.dropout > 0) {
      if (this.#generator !== null) return this.#merged(text, this.#generator);
      throw new RangeError(
        `BPE: a dropout of ${this.dropout} needs a generator to draw from; give one, or dropout 0.`,
      );
    }
    return this.#cache.get(text) ?? this.#cache.set(text, this.#found(text));
  }

  #found(text: string): Tokens {
    const id = this.options.ignoreMerges ? this.tokenToId(text) : undefined;
    if (id === undefined) return this.#merged(text, null);
    return { ids: [id], tokens: [this.idToToken(id)!], starts: [0], ends: [text.length] };
  }

  #merged(text: string, generator: Generator | null): Tokens {
    const merger = this.#merger;
    this.#spell(text);
    merger.merge(this.dropout, generator);
    const list = new TokenList();
    for (let at = merger.size > 0 ? 0 : -1; at >= 0; at = merger.next[at]!) {
      const id = merger.ids[at]!;
      list.push(id, this.idToToken(id)!, merger.starts[at]!, merger.ends[at]!);
    }
    return list;
  }

  /** Gives the merger the characters of a word. */
  #spell(text: string): void {
    const merger = this.#merger;
    const {
      continuingSubwordPrefix: prefix,
      endOfWordSuffix: suffix,
      fuseUnk,
      unkToken,
    } = this.options;
    merger.begin(4 * text.length);
    let fuses = false;
    for (let at = 0; at < text.length;) {
      const next = at + unitsAt(text, at);
      let symbol = text.slice(at, next);
      if (prefix !== null && at > 0) symbol = prefix + symbol;
      if (suffix !== null && next === text.length) symbol += suffix;
      const id = this.vocab.get(symbol);
      const unk = id === undefined && !this.#spellBytes(symbol, at, next) ? unkToken : null;
      if (id !== undefined) merger.push(id, at, next);
      else if (unk !== null && fuses && fuseUnk) merger.ends[merger.size - 1] = next;
      else if (unk !== null) merger.push(requireUnk(this, 'BPE', unk, symbol), at, next);
      fuses = unk !== null;
      at = next;
    }
  }

  #spellBytes(symbol: string, start: number, end: number): boolean {
    const ids = this.#bytes;
    if (ids === null) return false;
    const bytes = encoder.encode(symbol);
    if (bytes.some((byte) => ids[byte]! < 0)) return false;
    for (const byte of bytes) this.#merger.push(ids[byte]!, start, end);
    return true;
  }

  override toJSON(): Json {
    const { options } = this;
    return {
      type: 'BPE',
      dropout: this.dropout === 0 ? null : this.dropout,
      unk_token: options.unkToken,
      continuing_subword_prefix: options.continuingSubwordPrefix,
      end_of_word_suffix: options.endOfWordSuffix,
      fuse_unk: options.fuseUnk,
      byte_fallback: options.byteFallback,
      ignore_merges: options.ignoreMerges,
      vocab: this.vocabJSON(),
      merges: this.merges,
    };
  }
}

const encoder = new TextEncoder();
