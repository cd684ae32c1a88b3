/** The rows whose mean a word is. */
export interface Inputs {
  /** How many there are. */
  readonly rows: number;
  /** Of one word at most. */
  readonly most: number;
  /** Gives rows to words that are new; those that they do not share with known words stand behind all others. */
  grow(words: readonly string[]): void;
  /** How many rows a word has. */
  size(word: number): number;
  /** Writes the rows of a word into `out` from a place on; gives the place behind them. */
  put(out: Int32Array, at: number, word: number): number;
}

/** Each word is a row. */
export class WordRows implements Inputs {
  readonly most: number = 1;
  rows: number = 0;

  grow(words: readonly string[]): void {
    this.rows += words.length;
  }

  size(): number {
    return 1;
  }

  put(out: Int32Array, at: number, word: number): number {
    out[at] = word;
    return at + 1;
  }
}
