/** The handwritten digits of the exercises, and how they are divided. */
import { mnist } from '@kasane/datasets/mnist';
import type { ExerciseEvent, Pictures } from '../exercise.ts';

/**
 * The digits to learn from and those to be asked: the original files where there are some, else the 10,000
 * of the package `mnist`, of which a tenth of each class is held out, the same for every seed.
 */
export const digits = async (original: Pictures | undefined): Promise<Pictures> =>
  original ?? (await mnist());

/** A table that says what is learned from, and what is held out. */
export function splitTable({ train, test }: Pictures): Extract<ExerciseEvent, { type: 'table' }> {
  return {
    type: 'table',
    name: 'data',
    columns: ['part', 'pictures', 'from'],
    rows: [
      ['to learn from', train.length, train.origin],
      ['held out', test.length, test.origin],
    ],
  };
}
