import type { LabeledImages } from '@kasane/datasets';
import { tensor } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { shuffled } from '../../images/batches.ts';

/** Drawings by their numbers, class after class. */
export interface Episode {
  readonly examples: readonly (readonly number[])[];
  readonly queries: readonly number[];
  /** The place of each query's class. */
  readonly wanted: readonly number[];
}

/** Draws some classes, and of each some examples and some drawings to be recognised. */
export function newEpisode(
  glyphs: LabeledImages,
  [way, shots, queries]: readonly [number, number, number],
  generator: Generator,
): Episode {
  const drawings = glyphs.length / glyphs.classes.length;
  const some = (count: number, of: number): number[] => shuffled(of, generator).slice(0, count);
  const picked = some(way, glyphs.classes.length).map((label) =>
    some(shots + queries, drawings).map((drawing) => label * drawings + drawing),
  );
  return {
    examples: picked.map((own) => own.slice(0, shots)),
    queries: picked.flatMap((own) => own.slice(shots)),
    wanted: picked.flatMap((own, k) => own.slice(shots).map(() => k)),
  };
}

/** Numbers of drawings or classes as a tensor. */
export const places = (numbers: readonly number[]): Tensor =>
  tensor(numbers, [numbers.length], { dtype: 'int32' });
