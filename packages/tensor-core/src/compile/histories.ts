/**
 * Tensors from outside that remember how they were made. A compiled function could not follow a gradient
 * into that: the next call's tensors may have been made otherwise.
 */
import type { Tensor } from '../tensor.ts';

export class Histories {
  readonly #hidden: (() => void)[] = [];

  /** Calls `asked` when a backward pass goes on into what made the tensor. */
  guard(tensor: Tensor, asked: () => void): void {
    const { provenance } = tensor;
    if (provenance === null || provenance.released) return;
    const { op } = provenance;
    const guarded = Object.defineProperty({ ...provenance }, 'op', {
      enumerable: true,
      get() {
        asked();
        return op;
      },
    });
    tensor.provenance = guarded;
    this.#hidden.push(() => {
      if (tensor.provenance === guarded) tensor.provenance = provenance;
    });
  }

  /** Gives all their own records back. */
  restore(): void {
    for (const one of this.#hidden) one();
  }
}
