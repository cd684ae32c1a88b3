import { DataError, optionsOf, requireWhole, showAs, shown } from '@kasane/tensor-core';
import { requireEach } from './given.ts';

/** The tokens of a vocabulary that stand for no text of their own; those left out it does not have. */
export interface SpecialTokens {
  /** Fills sequences up to one length. */
  readonly pad?: string;
  /** Begins a sequence. */
  readonly bos?: string;
  /** Ends a sequence. */
  readonly eos?: string;
  /** Stands for every token that is not in the vocabulary. */
  readonly unk?: string;
  /** Others, such as separators of speakers. */
  readonly additional?: readonly string[];
}

/** Options of `Vocabulary`. */
export interface VocabularyOptions {
  /** Have the first ids, in the order pad, bos, eos, unk, additional. Default `{ pad: '<pad>', bos: '<s>', eos: '</s>', unk: '<unk>' }`; `{}` is none. */
  readonly specialTokens?: SpecialTokens;
  /** How often each of the tokens was seen, in their order. Default 0 for each. */
  readonly counts?: readonly number[];
}

/** Options of `Vocabulary.from`. */
export interface VocabularyFromOptions {
  /** Leave out tokens that were seen less often. Default 1. */
  readonly minCount?: number;
  /** At most so many tokens, special ones included: the most frequent are kept. Default Infinity. */
  readonly maxSize?: number;
  /** As those of `Vocabulary`. */
  readonly specialTokens?: SpecialTokens;
}

/** Options of `Vocabulary.encode`. */
export interface VocabularyEncodeOptions {
  /** Put the id of `bos` in front. Default false. */
  readonly bos?: boolean;
  /** Put the id of `eos` behind. Default false. */
  readonly eos?: boolean;
}

/** Options of `Vocabulary.decode`. */
export interface VocabularyDecodeOptions {
  /** Leave out special tokens, but `unk`, which stands for a token that was there. Default true. */
  readonly skipSpecialTokens?: boolean;
}

/** A vocabulary in a form that JSON keeps. */
export interface VocabularyJSON {
  /** Those that are not special, in the order of their ids. */
  readonly tokens: readonly string[];
  /** How often each was seen. */
  readonly counts: readonly number[];
  readonly specialTokens: SpecialTokens;
}

const usual: SpecialTokens = { pad: '<pad>', bos: '<s>', eos: '</s>', unk: '<unk>' };
const roles = ['pad', 'bos', 'eos', 'unk'] as const;
type Role = (typeof roles)[number];

/**
 * Tokens and their ids: whole numbers from 0, special tokens first.
 *
 * Tokens are any strings: words, characters, pieces. A vocabulary does not change; `from` makes one of counted sentences.
 * A token that it does not have gets the id of `unk`; where there is no `unk`, RangeError names it.
 * `JSON.stringify` saves a vocabulary and `Vocabulary.fromJSON` brings it back.
 *
 * @throws {@link DataError} for a token that comes twice.
 * @throws RangeError for counts of another number than the tokens.
 *
 * @example
 * import { Vocabulary } from '@kasane/nlp-embeddings';
 * const vocabulary = Vocabulary.from([['the', 'cat'], ['the', 'dog']]);
 * vocabulary.tokens; // => ["<pad>","<s>","</s>","<unk>","the","cat","dog"]
 * const ids = vocabulary.encode(['the', 'cow'], { bos: true, eos: true });
 * ids; // => [1,4,3,2]
 * vocabulary.decode(ids); // => ["the","<unk>"]
 */
export class Vocabulary {
  /** All tokens by id. */
  readonly tokens: readonly string[];
  /** How often each was seen, by id; 0 for special ones. */
  readonly counts: readonly number[];
  readonly specialTokens: SpecialTokens;
  /** The ids of all special tokens. */
  readonly specialIds: ReadonlySet<number>;
  readonly #ids = new Map<string, number>();

  constructor(tokens: Iterable<string> = [], options?: VocabularyOptions) {
    const { specialTokens = usual, counts } = optionsOf('Vocabulary', options, [
      'specialTokens',
      'counts',
    ]);
    refuseText('Vocabulary', tokens);
    const special = specialList('Vocabulary', specialTokens);
    const own = [...tokens];
    if (counts !== undefined && counts.length !== own.length) {
      throw new RangeError(
        `Vocabulary: counts must be as many as tokens, ${own.length}, got ${counts.length}.`,
      );
    }
    counts?.forEach((count, i) => requireWhole('Vocabulary', `counts[${i}]`, count));
    this.tokens = [...special, ...own];
    this.counts = [...special.map(() => 0), ...(counts ?? own.map(() => 0))];
    this.specialTokens = specialTokens;
    this.specialIds = new Set(special.keys());
    for (const [id, token] of this.tokens.entries()) {
      if (typeof token !== 'string') {
        throw new TypeError(`Vocabulary: tokens must be strings, got ${shown(token)}.`);
      }
      if (this.#ids.has(token)) {
        throw new DataError(
          `Vocabulary: the token ${JSON.stringify(token)} comes twice, as ${this.#ids.get(token)!} and as ${id}; an id is of one token.`,
        );
      }
      this.#ids.set(token, id);
    }
  }

  /**
   * The vocabulary of counted sentences: the most frequent token first, of those seen equally often the one that came first.
   *
   * Special tokens that stand in the sentences are not counted.
   *
   * @throws TypeError for a sentence that is a text and no list of tokens.
   * @throws RangeError for a maxSize that the special tokens do not fit into.
   */
  static from(sentences: Iterable<Iterable<string>>, options?: VocabularyFromOptions): Vocabulary {
    const {
      minCount = 1,
      maxSize = Infinity,
      specialTokens = usual,
    } = optionsOf('Vocabulary.from', options, ['minCount', 'maxSize', 'specialTokens']);
    requireWhole('Vocabulary.from', 'minCount', minCount);
    const special = specialList('Vocabulary.from', specialTokens);
    if (maxSize !== Infinity) {
      requireWhole('Vocabulary.from', 'maxSize', maxSize, special.length);
    }
    refuseText('Vocabulary.from', sentences);
    const counted = new Map<string, number>();
    for (const sentence of sentences) {
      refuseText('Vocabulary.from', sentence);
      for (const token of sentence) counted.set(token, (counted.get(token) ?? 0) + 1);
    }
    for (const token of special) counted.delete(token);
    const kept = [...counted]
      .filter(([, count]) => count >= minCount)
      .sort(([, a], [, b]) => b - a) // stable
      .slice(0, maxSize - special.length);
    const counts = kept.map(([, count]) => count);
    return new Vocabulary(
      kept.map(([token]) => token),
      { counts, specialTokens },
    );
  }

  /**
   * What `toJSON` gave, as a vocabulary.
   *
   * @throws {@link DataError} for what is none.
   */
  static fromJSON(json: VocabularyJSON): Vocabulary {
    const { tokens, counts, specialTokens } = Object(json) as Partial<VocabularyJSON>; // whatever was parsed
    if (!isStrings(tokens) || !isCounts(counts, tokens.length) || !isObject(specialTokens)) {
      throw new DataError(
        'Vocabulary.fromJSON: expected an object with tokens, as many counts, and specialTokens, as toJSON gives it.',
      );
    }
    return new Vocabulary(tokens, { counts, specialTokens });
  }

  /** How many tokens there are, special ones included. */
  get size(): number {
    return this.tokens.length;
  }

  /**
   * The id that fills up.
   *
   * @throws RangeError where there is no such token, as `bosId`, `eosId` and `unkId` do.
   */
  get padId(): number {
    return this.#special('pad');
  }

  /** The id that begins a sequence. */
  get bosId(): number {
    return this.#special('bos');
  }

  /** The id that ends a sequence. */
  get eosId(): number {
    return this.#special('eos');
  }

  /** The id of what is not in the vocabulary. */
  get unkId(): number {
    return this.#special('unk');
  }

  /** Whether it has the token. */
  has(token: string): boolean {
    return this.#ids.has(token);
  }

  /** The id of a token, or that of `unk` if it is not there. */
  id(token: string): number {
    const id = this.#ids.get(token);
    if (id !== undefined) return id;
    if (this.specialTokens.unk !== undefined) return this.unkId;
    throw new RangeError(
      `Vocabulary: there is no token ${JSON.stringify(token)} and no unk that could stand for it.`,
    );
  }

  /** The token of an id. */
  token(id: number): string {
    const token = this.tokens[id];
    if (token !== undefined) return token;
    throw new RangeError(`Vocabulary: id must be from 0 to ${this.size - 1}, got ${id}.`);
  }

  /** The ids of tokens. */
  encode(tokens: Iterable<string>, options?: VocabularyEncodeOptions): number[] {
    const { bos = false, eos = false } = optionsOf('Vocabulary.encode', options, ['bos', 'eos']);
    refuseText('Vocabulary.encode', tokens);
    const ids = bos ? [this.bosId] : [];
    for (const token of tokens) ids.push(this.id(token));
    if (eos) ids.push(this.eosId);
    return ids;
  }

  /** The tokens of ids. */
  decode(ids: Iterable<number>, options?: VocabularyDecodeOptions): string[] {
    const { skipSpecialTokens = true } = optionsOf('Vocabulary.decode', options, [
      'skipSpecialTokens',
    ]);
    requireEach('Vocabulary.decode', 'ids', ids);
    const unk = this.specialTokens.unk === undefined ? -1 : this.unkId;
    const tokens: string[] = [];
    for (const id of ids) {
      const token = this.token(id);
      if (!skipSpecialTokens || id === unk || !this.specialIds.has(id)) tokens.push(token);
    }
    return tokens;
  }

  /** What `JSON.stringify` writes. */
  toJSON(): VocabularyJSON {
    const { tokens, counts, specialTokens } = this;
    const first = this.specialIds.size;
    return { tokens: tokens.slice(first), counts: counts.slice(first), specialTokens };
  }

  #special(role: Role): number {
    const token = this.specialTokens[role];
    if (token !== undefined) return this.#ids.get(token)!;
    throw new RangeError(`Vocabulary: there is no ${role} token; name one in specialTokens.`);
  }
}

showAs(Vocabulary, ({ size }) => `Vocabulary(size=${size})`);

function specialList(owner: string, given: SpecialTokens): string[] {
  const { additional = [] } = optionsOf(owner, given, [...roles, 'additional']);
  return [...roles.flatMap((role) => given[role] ?? []), ...additional];
}

/** A text is iterable too, but its characters are rarely what was meant. */
function refuseText(owner: string, tokens: unknown): void {
  if (typeof tokens === 'string' || Object(tokens)[Symbol.iterator] === undefined) {
    throw new TypeError(
      `${owner}: expected a list of tokens, got ${shown(tokens)}; text.split(' ') makes words of a text, [...text] characters.`,
    );
  }
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isCounts(value: unknown, size: number): value is number[] {
  const isCount = (one: unknown): boolean => Number.isSafeInteger(one) && (one as number) >= 0; // a number by then
  return Array.isArray(value) && value.length === size && value.every(isCount);
}

function isObject(value: unknown): value is SpecialTokens {
  return Object(value) === value;
}
