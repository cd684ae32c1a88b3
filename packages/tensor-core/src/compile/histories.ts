/**
 * Tensors from outside that remember how they were made. A compiled function could not follow a gradient
 * into that: the next call's tensors may have been made otherwise.
 */
import type { OpDef } from '../op.ts';
import type { Tensor } from '../tensor.ts';

export class Histories {
  readonly #hidden: (() => void)[] = [];

  /** Calls `asked` when a backward pass goes on into what made the tensor. */
  guard(tensor: Tensor, asked: () => void): void {
    const { provenance } = tensor;
    if (provenance === null || provenance.released) return;
    const { op } = provenance;
    const rules: Partial<OpDef<unknown>> = {
      vjp: op.vjp && ((context) => (asked(), op.vjp!(context))),
    };
    if (op.decompose) {
      rules.decompose = (inputs, attrs) => (asked(), op.decompose!(inputs, attrs));
    }
    // The op in all else, be it a class of its own.
    const guarded = {
      ...provenance,
      op: Object.assign(Object.create(op) as OpDef<unknown>, rules),
    };
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
