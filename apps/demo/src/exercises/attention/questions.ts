import type { TokenPair } from '@kasane/seq2seq';
import type { Generator } from '@kasane/tensor-core';

export const LETTERS = 'abcdefghij';
/** Numbers of the tokens that are no letters; these follow. */
export const PAD = 0;
export const BEGIN = 1;
export const END = 2;
const FIRST = 3;
/** Tokens in all. */
export const TOKENS: number = FIRST + LETTERS.length;

/** Letters as tokens. */
export const encode = (text: string): number[] => [...text].map((c) => FIRST + LETTERS.indexOf(c));
/** Tokens as letters. */
export const decode = (tokens: readonly number[]): string =>
  tokens.map((token) => LETTERS[token - FIRST] ?? '·').join('');

export type Task = 'reverse' | 'copy' | 'sort';

/** What is to be written for a question. */
export const ANSWERS: Readonly<Record<Task, (tokens: readonly number[]) => number[]>> = {
  reverse: (tokens) => tokens.toReversed(),
  copy: (tokens) => [...tokens],
  sort: (tokens) => tokens.toSorted((a, b) => a - b),
};

/** Where the letter that is written at a place stands in the question; null where that is not one place. */
export function source(task: Task, place: number, length: number): number | null {
  return { reverse: length - 1 - place, copy: place, sort: null }[task];
}

/** Questions of random letters, with their answers from BEGIN to END. */
export function questions(
  task: Task,
  length: number,
  count: number,
  generator: Generator,
): TokenPair[] {
  return Array.from({ length: count }, () => {
    const letters = Array.from({ length }, () => FIRST + generator.below(LETTERS.length));
    return [letters, [BEGIN, ...ANSWERS[task](letters), END]] as const;
  });
}
