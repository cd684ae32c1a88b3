/** What tensors are assigned while a function is traced. */
import type { Tensor } from '../tensor.ts';
import type { Trace, Value } from './trace.ts';

export class Assignments {
  /** To arguments and captured tensors. */
  readonly #outside = new Map<Value, { tensor: Tensor; times: number }>();
  /** The first values of tensors that were made inside. */
  readonly #inside = new Map<Tensor, Value>();

  /** Notes one; `owner` is null for a tensor that was made inside, and held `before`. */
  add(tensor: Tensor, owner: Value | null, before: Value): void {
    if (owner !== null) {
      const times = (this.#outside.get(owner)?.times ?? 0) + 1;
      this.#outside.set(owner, { tensor, times });
    } else if (!this.#inside.has(tensor)) this.#inside.set(tensor, before);
  }

  /** For the trace; `valueOf` says what a tensor has in the end, `returned` are the numbers of what leaves as a result. */
  outcome(
    valueOf: (tensor: Tensor) => Value,
    returned: ReadonlySet<number>,
  ): Pick<Trace, 'assigned' | 'renewed'> {
    const assigned = [...this.#outside].map(([owner, { tensor, times }]) => {
      return [owner, { value: valueOf(tensor), times }] as const;
    });
    const renewed = [...this.#inside].flatMap(([tensor, first]) => {
      if (tensor.isDisposed || returned.has(valueOf(tensor).id)) return [];
      return [[first, valueOf(tensor)] as const];
    });
    return { assigned: new Map(assigned), renewed: new Map(renewed) };
  }
}
