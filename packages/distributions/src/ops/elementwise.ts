/** What makes a function of numbers an op of tensors. */
import { run, type OpDef, type Tensor, type VjpContext } from '@kasane/tensor-core';
import { broadcastAll } from '../broadcast.ts';

/** A function of one to three numbers. */
export interface Row {
  readonly name: string;
  f(x: number, y: number, z: number): number;
  /** The gradients of the inputs; null if there are none. */
  readonly vjp: ((context: VjpContext<undefined>) => readonly (Tensor | null)[]) | null;
}

/** The op of a row. Its inputs have one shape and one floating dtype; the function is computed in float64. */
export function elementwiseOp({ name, f, vjp }: Row): OpDef {
  return {
    name,
    infer: ([x]) => x!,
    reference([x, y, z], _, { data }) {
      const a = x!.data;
      const b = (y ?? x!).data;
      const c = (z ?? x!).data;
      for (let i = 0; i < data.length; i++) data[i] = f(a[i]!, b[i]!, c[i]!);
    },
    vjp,
  };
}

/** Runs the op of a row on tensors that broadcast. */
export function apply(op: OpDef, ...inputs: Tensor[]): Tensor {
  return run(op, inputs.length === 1 ? inputs : broadcastAll(op.name, inputs), undefined);
}
