/** No path leads there. */
const NEVER = 1e9;
const BAND = 25;

const MATCH = 0;
const REPLACE = 1;
const DELETE = 2;
const INSERT = 3;

/** Where the words of a reference and a hypothesis lie side by side. */
export interface Alignment {
  /** For each word of the reference the word of the hypothesis that it stands at, or behind; -1 at the beginning. */
  readonly aligned: Int32Array;
  /** 1 for words of the hypothesis that are deleted or replaced. */
  readonly hypothesisErrors: Uint8Array;
  /** 1 for words of the reference that are inserted or replace others. */
  readonly referenceErrors: Uint8Array;
}

/**
 * The edit distance to a reference within a band along the diagonal.
 *
 * A shift changes the words from some place on only: `of` keeps the rows of the table before that which `start` filled in.
 */
export class BandedDistance {
  readonly #reference: readonly string[];
  readonly #length: number;
  readonly #ratio: number;
  readonly #band: number;
  #words: readonly string[] = [];
  /** Edits between so many words of the hypothesis (row) and of the reference (column). */
  readonly #edits: Int32Array;
  readonly #ops: Uint8Array;
  readonly #trial: Int32Array;

  /** For hypotheses of `length` words. */
  constructor(reference: readonly string[], length: number) {
    const columns = reference.length + 1;
    this.#reference = reference;
    this.#length = length;
    this.#ratio = length === 0 ? 1 : reference.length / length;
    this.#band = BAND < this.#ratio / 2 ? Math.ceil(this.#ratio / 2 + BAND) : BAND;
    this.#edits = new Int32Array((length + 1) * columns).fill(NEVER);
    for (let j = 0; j < columns; j++) this.#edits[j] = j;
    this.#ops = new Uint8Array(this.#edits.length).fill(INSERT);
    this.#trial = this.#edits.slice();
  }

  /** The distance of words, and from now on that of others is found from theirs. */
  start(words: readonly string[]): number {
    this.#words = words;
    this.#fill(this.#edits, words, 1, this.#ops);
    this.#trial.set(this.#edits);
    return this.#edits.at(-1)!;
  }

  /** The distance of words that begin like those of `start`. */
  of(words: readonly string[]): number {
    let same = 0;
    while (same < words.length && words[same] === this.#words[same]) same++;
    if (same === words.length) return this.#edits.at(-1)!;
    // An earlier trial may have left its own rows there.
    const row = same * (this.#reference.length + 1);
    this.#trial.set(this.#edits.subarray(0, row + this.#reference.length + 1));
    this.#fill(this.#trial, words, same + 1, null);
    return this.#trial.at(-1)!;
  }

  #fill(table: Int32Array, words: readonly string[], from: number, ops: Uint8Array | null): void {
    const reference = this.#reference;
    const columns = reference.length + 1;
    for (let i = from; i <= this.#length; i++) {
      const row = i * columns;
      const above = row - columns;
      const middle = Math.floor(i * this.#ratio);
      const first = Math.max(0, middle - this.#band);
      const last = i === this.#length ? columns : Math.min(columns, middle + this.#band);
      for (let j = first; j < last; j++) {
        if (j === 0) {
          table[row] = table[above]! + 1;
          if (ops !== null) ops[row] = DELETE;
          continue;
        }
        // Of equals the first: replace, delete, insert.
        const same = words[i - 1] === reference[j - 1];
        let least = table[above + j - 1]! + (same ? 0 : 1);
        let op = same ? MATCH : REPLACE;
        if (table[above + j]! + 1 < least) [least, op] = [table[above + j]! + 1, DELETE];
        const left = table[row + j - 1]!;
        if (left + 1 < least) [least, op] = [left + 1, INSERT];
        table[row + j] = Math.min(least, NEVER);
        if (ops !== null) ops[row + j] = op;
      }
    }
  }

  /** How the words of `start` become the reference. */
  alignment(): Alignment {
    const aligned = new Int32Array(this.#reference.length);
    const referenceErrors = new Uint8Array(this.#reference.length);
    const hypothesisErrors = new Uint8Array(this.#length);
    let i = this.#length;
    let j = this.#reference.length;
    while (i > 0 || j > 0) {
      const op = this.#ops[i * (this.#reference.length + 1) + j]!;
      const wrong = op === MATCH ? 0 : 1;
      if (op !== DELETE) {
        j--;
        aligned[j] = i - 1;
        referenceErrors[j] = wrong;
      }
      if (op !== INSERT) {
        i--;
        hypothesisErrors[i] = wrong;
      }
    }
    return { aligned, hypothesisErrors, referenceErrors };
  }
}
