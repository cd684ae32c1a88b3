/** The rows whose mean a word is. */
export interface Inputs {
  /** Of one word at most. */
  readonly most: number;
  /** Writes the rows of a word into `out` from a place on; gives the place behind them. */
  put(out: Int32Array, at: number, word: number): number;
}

/** Each word is a row. */
export const words: Inputs = {
  most: 1,
  put(out, at, word) {
    out[at] = word;
    return at + 1;
  },
};
