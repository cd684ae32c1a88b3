import { keep, runInto, scope, tensor, type Generator, type Tensor } from '@kasane/tensor-core';
import { firstRows, placeToLearn } from '../word2vec/tables.ts';
import { learnPairs, tableSize, type LearnPairsAttrs } from './learn-pairs.ts';

/** Vectors and biases of words and of their neighbours, which learn in place. */
export class PairTable {
  readonly #words: number;
  readonly #size: number;
  readonly #shape: Pick<LearnPairsAttrs, 'rows' | 'width'>;
  readonly #table: Tensor;

  /** First values are uniform in ±½ / size, sums of squares 1. */
  constructor(words: number, size: number, generator: Generator) {
    this.#words = words;
    this.#size = size;
    const rows = 2 * words;
    const width = Math.ceil(size / 8) * 8;
    this.#shape = { rows, width };
    const bound = 0.5 / size;
    const first = firstRows(rows, size, bound, generator);
    const data = new Float32Array(tableSize(this.#shape));
    for (let i = 0; i < rows; i++) {
      data.set(first.subarray(i * size, (i + 1) * size), i * width);
    }
    data.set(firstRows(rows, 1, bound, generator), rows * width);
    data.fill(1, rows * (width + 1));
    this.#table = scope(() => keep(tensor(data, { backend: placeToLearn() })));
  }

  /** Learns from the pairs; gives the sum of their losses. */
  learn(places: Int32Array, values: Float32Array, lr: number): number {
    return scope(() => {
      const { backend } = this.#table;
      const inputs = [tensor(places, { dtype: 'int32', backend }), tensor(values, { backend })];
      runInto(learnPairs, this.#table, inputs, { ...this.#shape, count: places.length / 2, lr });
      return this.#table.slice(0, -1).item();
    });
  }

  /** w + w̃, row after row, and b + b̃. */
  sums(): { vectors: Float32Array<ArrayBuffer>; biases: Float32Array<ArrayBuffer> } {
    const words = this.#words;
    const size = this.#size;
    const { rows, width } = this.#shape;
    const data = scope(() => this.#table.slice(0, 0, rows * (width + 1)).dataSync());
    const vectors = new Float32Array(words * size);
    for (let i = 0; i < words; i++) {
      const [own, other] = [i * width, (words + i) * width];
      for (let j = 0; j < size; j++) vectors[i * size + j] = data[own + j]! + data[other + j]!;
    }
    const first = rows * width;
    const biases = Float32Array.from(
      { length: words },
      (_, i) => data[first + i]! + data[first + words + i]!,
    );
    return { vectors, biases };
  }

  /** Frees it. */
  dispose(): void {
    this.#table.dispose();
  }
}
