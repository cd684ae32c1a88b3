/** How the methods of Tensor run their ops: a line each. */
import { run } from '../dispatch.ts';
import type { OpDef } from '../op.ts';
import { normalizeDim, normalizeDims } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { ReduceAttrs, ReduceOptions } from './reduce.ts';

/** An op of one tensor. */
export function map(op: OpDef, x: Tensor): Tensor {
  return run(op, [x], undefined);
}

/** A reduction. */
export function fold(
  op: OpDef<ReduceAttrs>,
  x: Tensor,
  dims: number | readonly number[] | undefined,
  { keepdim = false }: ReduceOptions = {},
): Tensor {
  return run(op, [x], { dims: normalizeDims(op.name, dims, x.ndim), keepdim });
}

/** An op along one dim. */
export function scan(op: OpDef<{ readonly dim: number }>, x: Tensor, dim: number): Tensor {
  return run(op, [x], { dim: normalizeDim(op.name, dim, x.ndim) });
}
