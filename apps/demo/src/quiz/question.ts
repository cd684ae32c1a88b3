import type { Check } from '../check.ts';
import { check } from '../check.ts';
import type { Title } from '../exercise.ts';
import { largestDifference } from '../statistics.ts';

/** A question of the course whose options are computed, and so is what tells the right ones. */
export interface Question {
  readonly id: string;
  /** Lines of the course report. */
  readonly lines: readonly number[];
  /** Row of the line-by-line inventory. */
  readonly row: number;
  readonly ask: Title;
  /** What each option amounts to, in numbers. */
  readonly options: Readonly<Record<string, () => readonly number[]>>;
  /** What a right option has to amount to, found without the options. */
  truth(): readonly number[];
  /** How the truth was found: `autograd`. */
  readonly by: string;
  /** The options that the course gives as right. */
  readonly key: readonly string[];
}

/** An option beside the truth. */
export interface Verdict {
  readonly option: string;
  readonly numbers: readonly number[];
  readonly difference: number;
  readonly right: boolean;
}

const CLOSE = 1e-6;

/** Every option held against the truth. */
export function judge({ options, truth }: Question): Verdict[] {
  const wanted = truth();
  return Object.entries(options).map(([option, compute]) => {
    const numbers = compute();
    // Another count of numbers is another shape: as wrong as can be.
    const difference =
      numbers.length === wanted.length ? largestDifference(numbers, wanted) : Infinity;
    return { option, numbers, difference, right: difference < CLOSE };
  });
}

/** Holds if the options whose numbers are right are those of the course's key. */
export function checkKey({ row, id, key }: Question, verdicts: readonly Verdict[]): Check {
  const right = verdicts.filter((verdict) => verdict.right).map(({ option }) => option);
  return check(row, id, right.join(' and ')).equals(key.join(' and '));
}

/** A statement that holds or does not, as an option whose truth is `[1]`. */
export const holds = (statement: () => boolean) => (): readonly number[] => [Number(statement())];
