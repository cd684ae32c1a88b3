import {
  concat,
  defaultBackend,
  keep,
  noGrad,
  runInto,
  scope,
  tensor,
  wasm,
  zeros,
  type Backend,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import type { ExampleBuffer } from './example-buffer.ts';
import { learnRows } from './learn-rows.ts';

/** Rows of vectors that learn in place: first those of inputs, then those of targets, then one number, the loss. */
export class Tables {
  /** How many rows are inputs. */
  readonly inputs: number;
  /** How many are targets. */
  readonly targets: number;
  readonly size: number;
  /** Elements of a row in memory: `size` and zeros up to a multiple of 16, which stay zeros. */
  readonly #width: number;
  readonly #weights: Tensor;

  /** With zeros. */
  constructor(inputs: number, targets: number, size: number) {
    this.inputs = inputs;
    this.targets = targets;
    this.size = size;
    this.#width = Math.ceil(size / 16) * 16;
    const backend = placeToLearn();
    this.#weights = scope(() => keep(zeros([(inputs + targets) * this.#width + 1], { backend })));
  }

  /** Learns from the examples; gives the sum of their losses. */
  learn({ words, length, count }: ExampleBuffer, lr: number, divide: boolean): number {
    if (count === 0) return 0;
    return scope(() => {
      const { backend } = this.#weights;
      const examples = tensor(words.subarray(0, length), { dtype: 'int32', backend });
      runInto(learnRows, this.#weights, [examples], { count, width: this.#width, lr, divide });
      return this.#weights.slice(0, -1).item();
    });
  }

  /** Has both tables, as matrices, replaced by others; gives the loss. */
  change(
    step: (input: Tensor, output: Tensor) => { input: Tensor; output: Tensor; loss: number },
  ): number {
    return scope(() =>
      noGrad(() => {
        const { inputs, targets } = this;
        const width = this.#width;
        const weights = this.#weights;
        const end = (inputs + targets) * width;
        const from = inputs * width;
        const { input, output, loss } = step(
          weights.slice(0, 0, from).reshape([inputs, width]),
          weights.slice(0, from, end).reshape([targets, width]),
        );
        weights.assign(concat([input.flatten(), output.flatten(), weights.slice(0, end)]));
        return loss;
      }),
    );
  }

  /** Row after row of the inputs, from the one to before the other. */
  rows(from: number = 0, to: number = this.inputs): Float32Array<ArrayBuffer> {
    const { size } = this;
    const width = this.#width;
    const data = scope(() => this.#weights.slice(0, from * width, to * width).dataSync());
    const rows = new Float32Array((to - from) * size);
    for (let i = 0; i < to - from; i++) {
      rows.set(data.subarray(i * width, i * width + size) as Float32Array, i * size);
    }
    return rows;
  }

  /** Puts rows in the place of those from `first` on. */
  put(rows: Float32Array, first: number = 0): void {
    const { size } = this;
    const width = this.#width;
    scope(() => {
      const data = this.#weights.dataSync();
      for (let i = 0; i * size < rows.length; i++) {
        data.set(rows.subarray(i * size, (i + 1) * size), (first + i) * width);
      }
      this.#weights.assign(tensor(data, { backend: this.#weights.backend }));
    });
  }

  /** Frees them. */
  dispose(): void {
    this.#weights.dispose();
  }
}

/** First values of so many rows: uniform in ±bound. */
export function firstRows(
  rows: number,
  size: number,
  bound: number,
  generator: Generator,
): Float32Array<ArrayBuffer> {
  const words = generator.words(new Uint32Array(rows * size));
  return Float32Array.from(words, (word) => (word / 2 ** 31 - 1) * bound);
}

/** Learning example by example is no work for graphics devices. */
export function placeToLearn(): Backend {
  const backend = defaultBackend();
  return backend.inPlace ? backend : wasm();
}
