import { ShapeError } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import type { Check } from '../../check.ts';
import { check } from '../../check.ts';
import type { Title } from '../../exercise.ts';
import { largestDifference } from '../../statistics.ts';

/** Numbers that are there at once, or as soon as a device has computed them. */
export type Numbers = readonly number[] | Promise<readonly number[]>;

/** A question of the course whose options are computed, and so is what tells the right ones. */
export interface Question {
  readonly id: string;
  /** Row of the course, as `course/rows.ts` numbers them. */
  readonly row: number;
  readonly ask: Title;
  /** What each option amounts to, in numbers. */
  readonly options: Readonly<Record<string, () => Numbers>>;
  /** What a right option has to amount to, found without the options. */
  truth(): Numbers;
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
export async function judge({ options, truth }: Question): Promise<Verdict[]> {
  const wanted = await truth();
  const verdicts: Verdict[] = [];
  for (const [option, compute] of Object.entries(options)) {
    const numbers = await compute();
    // Another count of numbers is another shape: as wrong as can be.
    const difference =
      numbers.length === wanted.length ? largestDifference(numbers, wanted) : Infinity;
    verdicts.push({ option, numbers, difference, right: difference < CLOSE });
  }
  return verdicts;
}

/** Holds if the options whose numbers are right are those of the course's key. */
export function checkKey({ row, id, key }: Question, verdicts: readonly Verdict[]): Check {
  const right = verdicts.filter((verdict) => verdict.right).map(({ option }) => option);
  return { ...check(row, id, right.join(' and ')).equals(key.join(' and ')), asked: true };
}

/** The numbers of a tensor, or none where the shapes do not fit. */
export const numbersWhereItFits = (make: () => Tensor) => (): readonly number[] => {
  try {
    return [...make().dataSync()];
  } catch (error) {
    if (error instanceof ShapeError) return [];
    throw error;
  }
};

/** A statement that holds or does not, as an option whose truth is `[1]`. */
export const holds =
  (statement: () => boolean | Promise<boolean>) => async (): Promise<readonly number[]> => [
    Number(await statement()),
  ];
