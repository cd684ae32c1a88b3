import { requireWhole, shown } from '@kasane/tensor-core';

/**
 * Changes the scores of the next token before one is chosen.
 *
 * Of one sequence and in place, where transformers' are given a batch and give other scores.
 *
 * Scores are plain arrays, not tensors: a rule touches few of them or sorts one row, and has to look at the tokens so far, which are no tensor either; a row
 * of some ten thousand numbers is through before a kernel for it would be ready.
 */
export interface LogitsProcessor {
  /**
   * Changes the scores of a sequence in place: V of them, logits or, in beam search, log-probabilities. `inputIds` are its tokens so far, the prompt's
   * first, and `batchIndex` is which prompt that was.
   */
  process(inputIds: readonly number[], scores: Float32Array, batchIndex: number): void;
}

/** Options of what filters scores. */
export interface FilterOptions {
  /** What the scores of filtered tokens become. Default -Infinity. */
  readonly filterValue?: number;
  /** The most likely tokens that always stay, a whole number ≥ 1. Default 1. */
  readonly minTokensToKeep?: number;
}

export const filterNames = ['filterValue', 'minTokensToKeep'] as const;

/** The options of a filter with their defaults. */
export function filterOptions(owner: string, options: FilterOptions): Required<FilterOptions> {
  const { filterValue = -Infinity, minTokensToKeep = 1 } = options;
  requireWhole(owner, 'minTokensToKeep', minTokensToKeep, 1);
  return { filterValue, minTokensToKeep };
}

/** One token or several as a list. Throws RangeError unless they are whole numbers ≥ 0, and there is one at least. */
export function tokensOf(
  owner: string,
  what: string,
  tokens: number | readonly number[],
): readonly number[] {
  const list = typeof tokens === 'number' ? [tokens] : tokens;
  if (!Array.isArray(list) || list.length === 0) {
    throw new TypeError(`${owner}: ${what} must be tokens, one at least, got ${shown(tokens)}.`);
  }
  for (const token of list) requireWhole(owner, what, token);
  return list;
}
