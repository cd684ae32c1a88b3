import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { requireEach } from './given.ts';

/** Options of `ngrams`. */
export interface NgramsOptions {
  /** Stands n - 1 times in front. Default: nothing does. */
  readonly padLeft?: string;
  /** Stands n - 1 times behind. Default: nothing does. */
  readonly padRight?: string;
}

/**
 * All runs of n tokens, in their order; none where there are fewer than n.
 *
 * As NLTK's `ngrams`, where the paddings are flags and symbols. Characters of a text: `ngrams([...text], n)`.
 *
 * @throws RangeError unless n is a whole number ≥ 1.
 *
 * @example
 * import { ngrams } from '@kasane/nlp-embeddings';
 * ngrams(['a', 'b', 'c'], 2); // => [["a","b"],["b","c"]]
 * ngrams(['a'], 2, { padLeft: '<s>' }); // => [["<s>","a"]]
 */
export function ngrams(tokens: readonly string[], n: number, options?: NgramsOptions): string[][] {
  const { padLeft, padRight } = optionsOf('ngrams', options, ['padLeft', 'padRight']);
  requireWhole('ngrams', 'n', n, 1);
  requireEach('ngrams', 'an array of tokens', tokens);
  const pad = (symbol?: string): string[] =>
    symbol === undefined ? [] : Array<string>(n - 1).fill(symbol);
  const padded = [...pad(padLeft), ...tokens, ...pad(padRight)];
  const runs: string[][] = [];
  for (let end = n; end <= padded.length; end++) runs.push(padded.slice(end - n, end));
  return runs;
}
