import type { Turns } from '@kasane/tensor-core/turns';
import type { Corpus } from '../word2vec/corpus.ts';

/** How often words stand near each other: X of each ordered pair that occurs. */
export interface Cooccurrences {
  /** The word of each pair. */
  readonly words: Int32Array;
  /** The word near it. */
  readonly others: Int32Array;
  readonly counts: Float64Array;
}

/** Numbers by pairs of words, in a table that is at most half full. */
class PairSums {
  size = 0;
  #words = new Int32Array(1 << 12).fill(-1);
  #others = new Int32Array(1 << 12);
  #sums = new Float64Array(1 << 12);

  add(word: number, other: number, value: number): void {
    const mask = this.#words.length - 1;
    const words = this.#words;
    let slot = Math.imul(Math.imul(word, 0x9e3779b1) + other, 0x85ebca6b);
    slot = (slot ^ (slot >>> 15)) & mask;
    while (words[slot] !== word || this.#others[slot] !== other) {
      if (words[slot] === -1) {
        words[slot] = word;
        this.#others[slot] = other;
        this.#sums[slot] = value;
        this.size++;
        if (2 * this.size > mask) this.#grow();
        return;
      }
      slot = (slot + 1) & mask;
    }
    this.#sums[slot]! += value;
  }

  forEach(visit: (word: number, other: number, sum: number) => void): void {
    this.#words.forEach((word, slot) => {
      if (word >= 0) visit(word, this.#others[slot]!, this.#sums[slot]!);
    });
  }

  #grow(): void {
    const [words, others, sums] = [this.#words, this.#others, this.#sums];
    this.#words = new Int32Array(2 * words.length).fill(-1);
    this.#others = new Int32Array(2 * words.length);
    this.#sums = new Float64Array(2 * words.length);
    this.size = 0;
    words.forEach((word, slot) => {
      if (word >= 0) this.add(word, others[slot]!, sums[slot]!);
    });
  }
}

/**
 * Counts each word that stands up to `window` words before another as 1/distance; if `symmetric`, so does each behind. Sentences are apart.
 */
export async function countCooccurrences(
  { ids, ends }: Pick<Corpus, 'ids' | 'ends'>,
  { window, symmetric }: { readonly window: number; readonly symmetric: boolean },
  turns: Turns,
): Promise<Cooccurrences> {
  const sums = new PairSums();
  let start = 0;
  for (const [sentence, end] of ends.entries()) {
    for (let i = start; i < end; i++) {
      const word = ids[i]!;
      for (let j = Math.max(start, i - window); j < i; j++) {
        const other = ids[j]!;
        // Of a symmetric pair one half is kept. A word beside itself is both halves.
        if (!symmetric) sums.add(word, other, 1 / (i - j));
        else if (word === other) sums.add(word, word, 2 / (i - j));
        else sums.add(Math.max(word, other), Math.min(word, other), 1 / (i - j));
      }
    }
    start = end;
    if (sentence % 64 === 0 && turns.due) await turns.give();
  }
  const most = symmetric ? 2 * sums.size : sums.size;
  const [words, others] = [new Int32Array(most), new Int32Array(most)];
  const counts = new Float64Array(most);
  let n = 0;
  const put = (word: number, other: number, count: number): void => {
    [words[n], others[n], counts[n]] = [word, other, count];
    n++;
  };
  sums.forEach((word, other, sum) => {
    put(word, other, sum);
    if (symmetric && word !== other) put(other, word, sum);
  });
  return { words: words.slice(0, n), others: others.slice(0, n), counts: counts.slice(0, n) };
}
