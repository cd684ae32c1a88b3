/** How the methods of Tensor run their ops: a line each. */
import { run } from '../dispatch.ts';
import type { OpDef } from '../op.ts';
import { normalizeDim, normalizeDims } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { ReduceAttrs, ReduceOptions } from './reduce.ts';

/** An op of one tensor. */
export function applyUnary(op: OpDef, x: Tensor): Tensor {
  return run(op, [x], undefined);
}

/** A reduction; `reduce` runs it. */
export function applyReduction(
  op: OpDef<ReduceAttrs>,
  x: Tensor,
  dims: number | readonly number[] | undefined,
  { keepdim = false }: ReduceOptions = {},
  reduce: typeof run<ReduceAttrs> = run,
): Tensor {
  return reduce(op, [x], { dims: normalizeDims(op.name, dims, x.ndim), keepdim });
}

/** An op along one dim of its first input. */
export function applyAlongDim(
  op: OpDef<{ readonly dim: number }>,
  inputs: readonly [Tensor, ...Tensor[]],
  dim: number,
): Tensor {
  return run(op, inputs, { dim: normalizeDim(op.name, dim, inputs[0].ndim) });
}
