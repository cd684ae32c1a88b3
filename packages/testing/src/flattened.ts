import { Module } from '@kasane/nn';
import { concat, type Tensor } from '@kasane/tensor-core';

/** A module whose results are laid behind each other, with the names of the module itself: what `testLayer` can compare. */
export class Flattened extends Module {
  readonly #inner: Module;
  readonly #call: (inputs: Tensor[]) => Tensor[];

  constructor(inner: Module, call: (inputs: Tensor[]) => Tensor[]) {
    super();
    this.#inner = inner;
    this.#call = call;
  }

  override fields(): Iterable<readonly [string, unknown]> {
    return this.#inner.fields();
  }

  override train(training?: boolean): this {
    this.#inner.train(training);
    return super.train(training);
  }

  forward(...inputs: Tensor[]): Tensor {
    return concat(this.#call(inputs).map((t) => t.reshape([t.size])));
  }
}
