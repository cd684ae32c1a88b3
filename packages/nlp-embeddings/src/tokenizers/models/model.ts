import { DataError } from '@kasane/tensor-core';
import type { Json } from '../fields.ts';
import { pairsOf } from '../given.ts';

/** The tokens of a piece: lists of one length. */
export interface Tokens {
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  /** Where in the piece each begins, in UTF-16 code units. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Tokens while they are found. */
export class TokenList implements Tokens {
  readonly ids: number[] = [];
  readonly tokens: string[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  push(id: number, token: string, start: number, end: number): void {
    this.ids.push(id);
    this.tokens.push(token);
    this.starts.push(start);
    this.ends.push(end);
  }
}

/** A vocabulary as models are given it: tokens with their ids. */
export type Vocab =
  | ReadonlyMap<string, number>
  | Iterable<readonly [string, number]>
  | Readonly<Record<string, number>>;

/**
 * Makes tokens of pieces of text. A model of one's own extends this class.
 *
 * @throws {@link DataError} for an id that two tokens have, or that is no whole number ≥ 0.
 * @throws TypeError in `toJSON` unless the class has its own, for tokenizer.json knows only HF's.
 *
 * @example
 * import { models } from '@kasane/nlp-embeddings/tokenizers';
 * const model: models.Model = new models.WordLevel({ yes: 0, no: 1 });
 * model.tokenize('no').ids; // => [1]
 */
export abstract class Model {
  /** The ids of all tokens. */
  readonly vocab: ReadonlyMap<string, number>;
  /** The tokens by id; some ids may have none. */
  readonly #tokens: (string | undefined)[] = [];

  constructor(owner: string, vocab: Vocab) {
    const map =
      vocab instanceof Map
        ? vocab
        : new Map(
            isIterable(vocab) ? pairsOf(owner, 'vocab', vocab) : Object.entries(Object(vocab)), // of none, none
          );
    for (const [token, id] of map) {
      if (!Number.isSafeInteger(id) || id < 0) {
        throw new DataError(
          `${owner}: ids must be whole numbers ≥ 0, got ${id} for ${JSON.stringify(token)}.`,
        );
      }
      if (this.#tokens[id] !== undefined) {
        throw new DataError(
          `${owner}: ${JSON.stringify(this.#tokens[id])} and ${JSON.stringify(token)} have the same id ${id}.`,
        );
      }
      this.#tokens[id] = token;
    }
    this.vocab = map;
  }

  /** The tokens of a piece. */
  abstract tokenize(text: string): Tokens;

  /** Whether it makes the same tokens of the same text each time, so that they may be kept. Default false. */
  get isSteady(): boolean {
    return false;
  }

  /** How many tokens there are. */
  get size(): number {
    return this.vocab.size;
  }

  /** The id of a token; undefined if the vocabulary has none. */
  tokenToId(token: string): number | undefined {
    return this.vocab.get(token);
  }

  /** The token of an id; undefined if the vocabulary has none. */
  idToToken(id: number): string | undefined {
    return this.#tokens[id];
  }

  /** As tokenizer.json has it. */
  toJSON(): Json {
    throw new TypeError(
      `${this.constructor.name}: tokenizer.json has no such model, so that it cannot be saved.`,
    );
  }

  /** The vocabulary as files have it, in the order of ids. */
  protected vocabJSON(): Json {
    return Object.fromEntries([...this.vocab].sort(([, a], [, b]) => a - b));
  }
}

function isIterable(vocab: Vocab): vocab is Iterable<readonly [string, number]> {
  return Symbol.iterator in Object(vocab);
}

/** The id of a token that a model needs. Throws DataError if it is not in the vocabulary. */
export function requireId(model: Model, owner: string, what: string, token: string): number {
  const id = model.tokenToId(token);
  if (id !== undefined) return id;
  throw new DataError(`${owner}: ${what} ${JSON.stringify(token)} is not in the vocabulary.`);
}

/** The unknown token's id, asked for because of a piece that is not in the vocabulary. */
export function requireUnk(model: Model, owner: string, token: string, text: string): number {
  const id = model.tokenToId(token);
  if (id !== undefined) return id;
  throw new DataError(
    `${owner}: neither ${JSON.stringify(text)} nor the unknown token ${JSON.stringify(token)} is in the vocabulary.`,
  );
}
