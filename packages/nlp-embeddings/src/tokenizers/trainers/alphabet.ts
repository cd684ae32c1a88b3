import type { AddedToken } from '../added-tokens.ts';
import { contents, type PieceCounts } from './trainer.ts';

/** What trainers of BPE know about characters. */
export interface AlphabetOptions {
  /** At most so many different characters: the rarest are left out. Default null: all. */
  readonly limitAlphabet?: number | null;
  /** Characters that are kept, seen or not. Default none. */
  readonly initialAlphabet?: readonly string[];
  /** In front of tokens that do not begin a word. Default null. */
  readonly continuingSubwordPrefix?: string | null;
  /** Behind tokens that end a word. Default null. */
  readonly endOfWordSuffix?: string | null;
}

/** The first tokens of a vocabulary: special ones, then characters in the order of their code points. */
export class Alphabet {
  readonly tokens: string[] = [];
  readonly ids: Map<string, number> = new Map();
  readonly #prefix: string;
  readonly #suffix: string;

  constructor(
    specialTokens: readonly (string | AddedToken)[],
    counts: PieceCounts,
    options: Required<AlphabetOptions>,
  ) {
    const { limitAlphabet, initialAlphabet, continuingSubwordPrefix, endOfWordSuffix } = options;
    this.#prefix = continuingSubwordPrefix ?? '';
    this.#suffix = endOfWordSuffix ?? '';
    for (const token of contents(specialTokens)) this.#idOf(token);
    const seen = new Map<string, number>();
    for (const [word, count] of counts) {
      for (const char of word) seen.set(char, (seen.get(char) ?? 0) + count);
    }
    for (const text of initialAlphabet) {
      const [char] = text;
      if (char !== undefined) seen.set(char, Infinity);
    }
    const limit = limitAlphabet ?? Infinity;
    const kept = [...seen]
      .sort(([, a], [, b]) => (a === b ? 0 : b - a)) // stable
      .slice(0, limit)
      .map(([char]) => char);
    for (const char of kept.sort(byCodePoints)) this.#idOf(char);
  }

  /** The characters of a word, those that were left out missing. */
  spelled(word: string): number[] {
    const symbols: number[] = [];
    let at = 0;
    for (const char of word) {
      if (this.ids.has(char)) {
        const front = at > 0 ? this.#prefix : '';
        const back = at + char.length === word.length ? this.#suffix : '';
        symbols.push(this.#idOf(front + char + back));
      }
      at += char.length;
    }
    return symbols;
  }

  #idOf(token: string): number {
    let id = this.ids.get(token);
    if (id === undefined) {
      id = this.tokens.push(token) - 1;
      this.ids.set(token, id);
    }
    return id;
  }
}

/** Strings in the order of their code points, which is that of their bytes. */
export function byCodePoints(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x, y] = [a.codePointAt(i)!, b.codePointAt(i)!];
    if (x !== y) return x - y;
  }
  return a.length - b.length;
}
