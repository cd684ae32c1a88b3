import { run } from '../dispatch.ts';
import { ShapeError } from '../errors.ts';
import { requireTensors } from '../given.ts';
import type { OpDef, View, WasmOperand } from '../op.ts';
import { noFlops } from './infer.ts';
import { formatShape, normalizeDim, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { bytesPerElement } from '../dtype.ts';

export const concatOp: OpDef<{ readonly dim: number }> = {
  name: 'concat',
  inputs: 'promote',
  infer(inputs, { dim }) {
    const [first] = inputs;
    const shape = first!.shape.with(dim, 0);
    for (const t of inputs) {
      const fits =
        t.ndim === first!.ndim && t.shape.every((d, i) => i === dim || d === first!.shape[i]);
      if (!fits) {
        throw new ShapeError(
          `concat: shapes must be equal except at dim ${dim}, got ${inputs.map((x) => formatShape(x.shape)).join(' and ')}.`,
        );
      }
      shape[dim]! += t.shape[dim]!;
    }
    return { shape, dtype: first!.dtype };
  },
  reference(inputs, { dim }, out) {
    forEachBlock(inputs, dim, out, (x, from, to, length) => {
      out.data.set(x.data.subarray(from, from + length), to);
    });
  },
  vjp({ inputs, grad, attrs: { dim }, needs }) {
    let start = 0;
    return inputs.map((x, i) => {
      const from = start;
      start += x.shape[dim]!;
      return needs(i) ? grad.slice(dim, from, start) : null;
    });
  },
  wasm(k, inputs, { dim }, out) {
    const bytes = bytesPerElement[out.dtype];
    forEachBlock(inputs, dim, out, (x, from, to, length) => {
      k.copy(out.pointer + to * bytes, x.pointer + from * bytes, length * bytes);
    });
    return true;
  },
  flops: noFlops,
};

/** Calls `visit` for every run of elements that stay side by side. */
function forEachBlock<T extends View | WasmOperand>(
  inputs: readonly T[],
  dim: number,
  out: T,
  visit: (x: T, from: number, to: number, length: number) => void,
): void {
  const outer = sizeOf(out.shape.slice(0, dim));
  let start = 0;
  for (const x of inputs) {
    const length = x.size / outer;
    for (let i = 0; i < outer; i++) visit(x, i * length, (i * out.size) / outer + start, length);
    start += length;
  }
}

/**
 * Tensors joined along an existing dimension.
 *
 * $y_i = a_i$ for the $n$ slices of the first along `dim`, then $y_{n + i} = b_i$, and so on: (n, k), (m, k) → (n + m, k) for dim 0
 *
 * Same as `torch.cat`.
 *
 * @throws {@link ShapeError} if the other dimensions differ, for no tensors or scalars, and for a dim that there is not.
 * @throws {@link DTypeError} if they live on two backends.
 *
 * @example
 * import { concat, tensor } from '@kasane/tensor-core';
 * concat([tensor([[1, 2]]), tensor([[3, 4]])]).toArray(); // => [[1,2],[3,4]]
 * concat([tensor([[1, 2]]), tensor([[3, 4]])], 1).toArray(); // => [[1,2,3,4]]
 */
export function concat(tensors: readonly Tensor[], dim: number = 0): Tensor {
  requireTensors('concat', tensors);
  const [first] = tensors;
  if (first === undefined) {
    throw new ShapeError('concat: needs at least one tensor, got none.');
  }
  if (first.ndim === 0) {
    throw new ShapeError('concat: a scalar has no dimension. Use stack.');
  }
  return run(concatOp, tensors, { dim: normalizeDim('concat', dim, first.ndim) });
}

/**
 * Tensors of one shape joined along a new dimension.
 *
 * $y_{ij} = x^{(i)}_j$ for dim 0, $y_{ji} = x^{(i)}_j$ for dim 1: k tensors (n) → (k, n), or (n, k)
 *
 * @throws {@link ShapeError} if the shapes differ, for no tensors, and for a dim that there is not.
 * @throws {@link DTypeError} if they live on two backends.
 *
 * @example
 * import { stack, tensor } from '@kasane/tensor-core';
 * stack([tensor([1, 2]), tensor([3, 4])]).toArray(); // => [[1,2],[3,4]]
 * stack([tensor([1, 2]), tensor([3, 4])], 1).toArray(); // => [[1,3],[2,4]]
 */
export function stack(tensors: readonly Tensor[], dim: number = 0): Tensor {
  requireTensors('stack', tensors);
  const [first] = tensors;
  if (first === undefined) {
    throw new ShapeError('stack: needs at least one tensor, got none.');
  }
  const odd = tensors.find((t) => !sameShape(t.shape, first.shape));
  if (odd !== undefined) {
    throw new ShapeError(
      `stack: tensors must have one shape, got ${formatShape(first.shape)} and ${formatShape(odd.shape)}. Use concat, or pad them.`,
    );
  }
  const d = normalizeDim('stack', dim, first.ndim + 1);
  return concat(
    tensors.map((t) => t.unsqueeze(d)),
    d,
  );
}
