import { DataError } from '@kasane/tensor-core';
import type { Corpus } from './corpus.ts';

/** The words that get vectors. */
export interface ChosenWords {
  readonly words: readonly string[];
  readonly counts: readonly number[];
  /** The number of each word of the corpus among them, or -1. */
  readonly to: Int32Array;
}

/**
 * Known words as they stand, then the new ones that are frequent enough, from the most frequent on; of those that are equally frequent the one
 * that came first.
 */
export function chosenWords(
  owner: string,
  corpus: Corpus,
  known: readonly string[],
  knownCounts: readonly number[],
  { minCount, maxVocabSize }: { readonly minCount: number; readonly maxVocabSize: number },
): ChosenWords {
  const number = new Map(known.map((word, i) => [word, i]));
  const [words, counts] = [[...known], [...knownCounts]];
  const added = corpus.words
    .map((word, i) => ({ word, count: corpus.counts[i]! }))
    .filter(({ word, count }) => count >= minCount && !number.has(word))
    .sort((a, b) => b.count - a.count)
    .slice(0, Math.max(0, maxVocabSize - known.length));
  for (const { word } of added) {
    number.set(word, words.length);
    words.push(word);
    counts.push(0);
  }
  if (words.length === 0) {
    const most = corpus.counts.reduce((a, b) => Math.max(a, b), 0);
    throw new DataError(
      `${owner}: no word occurs minCount times, ${minCount}; of ${corpus.words.length} words the most frequent one has ${most}. Lower minCount or give more text.`,
    );
  }
  const to = Int32Array.from(corpus.words, (word) => number.get(word) ?? -1);
  to.forEach((id, i) => {
    if (id >= 0) counts[id]! += corpus.counts[i]!;
  });
  return { words, counts, to };
}
