import { requireWhole, shown } from '@kasane/tensor-core';
import { addGrams } from './ngrams.ts';
import { wordsOf } from './words.ts';

/**
 * Distinct-n: how many different n-grams there are, per n-gram; over all sequences together.
 *
 * $$ \frac{|\lbrace \text{n-grams}\rbrace |}{\sum_i \max(0, |s_i| - n + 1)} $$
 *
 * Texts are split at spaces; of other sequences the items are compared as they are written. Counted per n-gram, so that 1 is reached by what never
 * repeats itself; the paper counts per word, and others per sentence. 0 where nothing is long enough.
 *
 * @throws RangeError unless n is a whole number ≥ 1.
 * @throws TypeError for what is no array of texts or sequences.
 *
 * @example
 * import { distinctN } from '@kasane/seq2seq/metrics';
 * distinctN(['i do not know', 'i do not care'], 2); // => 0.6666666666666666
 * distinctN([[1, 2, 1], [2, 1]], 1); // => 0.4
 * @see Li et al. (2016), A Diversity-Promoting Objective Function for Neural Conversation Models.
 * @category Metrics
 */
export function distinctN(
  sequences: readonly (string | ArrayLike<number | string>)[],
  n: number,
): number {
  requireWhole('distinctN', 'n', n, 1);
  if (!Array.isArray(sequences)) {
    throw new TypeError(
      `distinctN: the sequences must be an array of texts or arrays, got ${shown(sequences)}. Write [sequence].`,
    );
  }
  const wrong = sequences.findIndex((one) => !isSequence(one));
  if (wrong >= 0) {
    throw new TypeError(
      `distinctN: sequence ${wrong} must be a text or an array, got ${shown(sequences[wrong])}.`,
    );
  }
  const counts = new Map<string, number>();
  let all = 0;
  for (const sequence of sequences) {
    // No word holds a space, and no separator of texts is likelier to be part of an item than U+0000.
    const items = typeof sequence === 'string' ? wordsOf(sequence) : Array.from(sequence, String);
    addGrams(counts, items, n, '\0');
    all += Math.max(0, items.length - n + 1);
  }
  return all === 0 ? 0 : counts.size / all;
}

function isSequence(value: unknown): boolean {
  return typeof value === 'string' || Array.isArray(value) || ArrayBuffer.isView(value);
}
