/** Shape rules and costs that many ops share. */
import type { Spec } from '../op.ts';
import { reducedShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { ReduceAttrs } from './reduce.ts';

/** The result is like the first input. */
export function likeFirst([x]: readonly Tensor[]): Spec {
  return x!;
}

/** The dims are reduced, the dtype stays. */
export function reduced([x]: readonly Tensor[], { dims, keepdim }: ReduceAttrs): Spec {
  return { shape: reducedShape(x!.shape, dims, keepdim), dtype: x!.dtype };
}

/** Of a rule's result: bool counts as int32. */
export function counted({ shape, dtype }: Spec): Spec {
  return { shape, dtype: dtype === 'bool' ? 'int32' : dtype };
}

/** Of an op that only moves elements. */
export const noFlops = (): number => 0;
