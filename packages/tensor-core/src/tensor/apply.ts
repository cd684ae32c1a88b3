/** How the methods of Tensor run their ops: a line each. */
import { optionsOf } from '../options.ts';
import type { Backend, Storage } from '../backends/backend.ts';
import { makeTensor, run } from '../dispatch.ts';
import { isFloatingPoint, type DType } from '../dtype.ts';
import { isTensor, notTensor } from '../given.ts';
import type { OpDef } from '../op.ts';
import { besideIntegers } from '../ops/comparison.ts';
import type { ReduceAttrs, ReduceOptions } from '../ops/reduce.ts';
import { normalizeDim, normalizeDims } from '../shape.ts';
import type { TensorBase } from '../tensor-base.ts';
import type { Operand, Tensor } from '../tensor.ts';
import { fromValues } from './from-values.ts';

/**
 * `this` as the Tensor that it is. The classes of methods build on each other, and TypeScript knows within
 * one of them only those below it; but nothing is ever made of any but the last, which is Tensor.
 */
export function asTensor(x: TensorBase): Tensor {
  return x as Tensor;
}

/** An op of one tensor, with its attributes if it has some. */
export function applyUnary(op: OpDef, x: TensorBase): Tensor;
export function applyUnary<A>(op: OpDef<A>, x: TensorBase, attrs: A): Tensor;
export function applyUnary<A>(op: OpDef<A>, x: TensorBase, attrs?: A): Tensor {
  return run(op, [asTensor(x)], attrs as A); // left out where A is undefined
}

/** An op of a tensor and another operand. */
export function applyBinary(op: OpDef, a: TensorBase, b: Operand): Tensor {
  return run(op, [asTensor(a), operand(a, b, op)], undefined);
}

/** A reduction; `reduce` runs it. */
export function applyReduction(
  op: OpDef<ReduceAttrs>,
  x: TensorBase,
  dims: number | readonly number[] | undefined,
  options: ReduceOptions | undefined,
  reduce: typeof run<ReduceAttrs> = run,
): Tensor {
  const { keepdim = false } = optionsOf(op.name, options, ['keepdim']);
  return reduce(op, [asTensor(x)], { dims: normalizeDims(op.name, dims, x.ndim), keepdim });
}

/** An op along one dim of its first input. */
export function applyAlongDim(
  op: OpDef<{ readonly dim: number }>,
  inputs: readonly [Tensor, ...Tensor[]],
  dim: number,
): Tensor {
  return run(op, inputs, { dim: normalizeDim(op.name, dim, inputs[0].ndim) });
}

/** What an op takes for an operand beside `like`: the tensor that it is, or that of a number. */
export function operand(like: TensorBase, other: Operand, op: OpDef): Tensor {
  if (typeof other !== 'number') {
    if (isTensor(other)) return other;
    throw notTensor(op.name, 'the operand', 'a tensor or a number', other);
  }
  const { dtype, backend } = like;
  if (isFloatingPoint(dtype)) return scalar(other, dtype, backend);
  return scalar(...besideIntegers(op, other), backend);
}

// Numbers in expressions become scalar tensors, each made once per backend and dtype.
const scalars = new Map<Backend, Partial<Record<DType, Map<number | string, Tensor>>>>();

const numbers = new WeakMap<Storage, number>();

/** The number of an expression that the storage holds for good; undefined for all other storages. */
export function numberIn(storage: Storage): number | undefined {
  return numbers.get(storage);
}

export function scalar(value: number, dtype: DType, backend: Backend): Tensor {
  let byDtype = scalars.get(backend);
  if (byDtype === undefined) scalars.set(backend, (byDtype = {}));
  const byValue = (byDtype[dtype] ??= new Map());
  const key = Object.is(value, -0) ? '-0' : value; // a Map takes -0 for 0
  let cached = byValue.get(key);
  if (cached === undefined) {
    const storage = backend.constant(value, dtype);
    if (storage === null) return fromValues(Float64Array.of(value), [], dtype, backend);
    numbers.set(storage, value);
    byValue.set(key, (cached = makeTensor([], dtype, storage)));
  }
  return cached;
}
