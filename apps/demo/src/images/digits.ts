/** The handwritten digits of the exercises, and how they are divided. */
import { mnist } from '@kasane/datasets/mnist';
import type { ExerciseEvent } from '../events/event.ts';
import type { Pictures } from '../exercise.ts';

/**
 * The digits to learn from and those to be asked: the original files where there are some, else the 10,000
 * of the package `mnist`, of which a tenth of each class is held out, the same for every seed.
 */
export const digits = async (original: Pictures | undefined): Promise<Pictures> =>
  original ?? (await mnist());

/**
 * The same as the course's TensorFlow reader divides them: of the 60,000 original digits to learn from, the
 * first 5,000, a twelfth, are set aside for a validation that the course does not do.
 */
export async function courseDigits(original: Pictures | undefined): Promise<Pictures> {
  const { train, test } = await digits(original);
  if (original === undefined) return { train, test };
  const aside = Math.floor(train.length / 12);
  const rest = Array.from({ length: train.length - aside }, (_, i) => aside + i);
  return { train: train.select(rest), test };
}

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
