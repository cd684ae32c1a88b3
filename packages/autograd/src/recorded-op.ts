import type { OpDef, Spec } from '@kasane/tensor-core';

/** What is the same in ops that are only recorded: for a result that other ops have computed. */
export function recordedOp(name: string): Pick<OpDef<unknown>, 'name' | 'infer'> {
  return {
    name,
    infer(): Spec {
      throw new Error(`internal: ${name} is recorded, never dispatched`);
    },
  };
}
