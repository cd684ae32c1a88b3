import { DataError, shown } from '@kasane/tensor-core';
import { wordsOf } from './words.ts';

/**
 * How many items have to be inserted, deleted or replaced to make one sequence of the other (Levenshtein's distance).
 *
 * $$ d_{ij} = \min(d_{i-1,j} + 1, \; d_{i,j-1} + 1, \; d_{i-1,j-1} + [a_i \ne b_j]) $$
 *
 * Strings are sequences of characters (code points); of arrays the items are compared by `Object.is`.
 *
 * @throws TypeError for what is neither a string nor an array.
 *
 * @example
 * import { editDistance } from '@kasane/seq2seq/metrics';
 * editDistance('kitten', 'sitting'); // => 3
 * editDistance([1, 2, 3], [2, 3]); // => 1
 * @see Levenshtein (1966), Binary Codes Capable of Correcting Deletions, Insertions and Reversals.
 * @category Metrics
 */
export function editDistance<T>(a: string | ArrayLike<T>, b: string | ArrayLike<T>): number {
  return distance(itemsOf(a), itemsOf(b));
}

/**
 * The word error rate: edits of words between hypotheses and references, per word of the references; over the corpus.
 *
 * $$ \text{WER} = \frac{\sum_i d(h_i, r_i)}{\sum_i |r_i|} $$
 *
 * Words stand between spaces; nothing else is normalised. It may be above 1. jiwer's `wer` takes the references first.
 *
 * @throws {@link DataError} unless there are as many references as hypotheses, and words in them.
 * @throws TypeError for what is no text.
 *
 * @example
 * import { wordErrorRate } from '@kasane/seq2seq/metrics';
 * wordErrorRate(['the cat sat', 'hello'], ['the cat sat down', 'hello']); // => 0.2
 * @category Metrics
 */
export function wordErrorRate(
  hypotheses: readonly string[],
  references: readonly string[],
): number {
  return errorRate('wordErrorRate', 'word', [hypotheses, references], wordsOf);
}

/**
 * The character error rate: edits of characters between hypotheses and references, per character of the references; over the corpus.
 *
 * $$ \text{CER} = \frac{\sum_i d(h_i, r_i)}{\sum_i |r_i|} $$
 *
 * Spaces are characters, too. jiwer's `cer` takes the references first.
 *
 * @throws {@link DataError} and TypeError as `wordErrorRate`.
 *
 * @example
 * import { characterErrorRate } from '@kasane/seq2seq/metrics';
 * characterErrorRate(['東京へ'], ['東京都へ']); // => 0.25
 * @category Metrics
 */
export function characterErrorRate(
  hypotheses: readonly string[],
  references: readonly string[],
): number {
  return errorRate('characterErrorRate', 'character', [hypotheses, references], (line) => [
    ...line,
  ]);
}

function errorRate(
  owner: string,
  item: string,
  texts: readonly [readonly string[], readonly string[]],
  split: (line: string) => readonly string[],
): number {
  const [hypotheses, references] = texts;
  for (const list of texts) {
    if (Array.isArray(list) && list.every((line) => typeof line === 'string')) continue;
    throw new TypeError(
      `${owner}: hypotheses and references must be arrays of strings, got ${shown(list)}. Write [line].`,
    );
  }
  if (hypotheses.length !== references.length) {
    throw new DataError(
      `${owner}: there must be as many references as hypotheses, got ${references.length} and ${hypotheses.length}.`,
    );
  }
  let edits = 0;
  let count = 0;
  for (const [i, hypothesis] of hypotheses.entries()) {
    const reference = split(references[i]!);
    edits += distance(split(hypothesis), reference);
    count += reference.length;
  }
  if (count === 0) {
    throw new DataError(
      `${owner}: the references must have a ${item} at least, got none in ${references.length} lines.`,
    );
  }
  return edits / count;
}

function itemsOf<T>(sequence: string | ArrayLike<T>): ArrayLike<unknown> {
  if (typeof sequence === 'string') return [...sequence];
  if (Array.isArray(sequence) || ArrayBuffer.isView(sequence)) return sequence;
  throw new TypeError(
    `editDistance: sequences must be strings or arrays, got ${shown(sequence)}. Of a tensor take the data.`,
  );
}

function distance(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  // Edits from the items of a so far to the first j of b.
  const row = Uint32Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    let diagonal = row[0]!;
    row[0] = i + 1;
    for (let j = 0; j < b.length; j++) {
      const above = row[j + 1]!;
      const replaced = diagonal + (Object.is(a[i], b[j]) ? 0 : 1);
      row[j + 1] = Math.min(replaced, above + 1, row[j]! + 1);
      diagonal = above;
    }
  }
  return row[b.length]!;
}
