import {
  DTypeError,
  formatShape,
  sameShape,
  ShapeError,
  type Kernels,
  type OpDef,
  type Spec,
  type Tensor,
  type WasmOperand,
} from '@kasane/tensor-core';

/**
 * The factors of `combine` and `combineSquare`. They are attributes, so a schedule may change them at
 * every step without making a tensor of each value.
 */
export interface Factors {
  readonly alpha: number;
  readonly beta: number;
}

/** α·a + β·b. The update rules need no broadcasting and no gradient. */
export const combine: OpDef<Factors> = {
  name: 'combine',
  infer: ([a, b]) => sameSpec('combine', a!, b!),
  reference([a, b], { alpha, beta }, out) {
    for (let i = 0; i < out.size; i++) out.data[i] = alpha * a!.data[i]! + beta * b!.data[i]!;
  },
  vjp: null,
  wasm(k, [a, b], { alpha, beta }, out) {
    if (out.dtype !== 'float32') return false;
    if (alpha === 1) k.copy(out.pointer, a!.pointer, 4 * out.size);
    else {
      k.fill(out.pointer, out.size, 0);
      k.axpy(a!.pointer, out.pointer, out.size, alpha);
    }
    k.axpy(b!.pointer, out.pointer, out.size, beta);
    return true;
  },
  gpu: (_, { alpha, beta }) => ({
    source: 'function (a, b, s, t) { return s * a[this.thread.x] + t * b[this.thread.x]; }',
    scalars: [alpha, beta],
  }),
};

/** The shape and dtype that all of `tensors` have.  */
export function sameSpec(op: string, first: Tensor, ...others: readonly Tensor[]): Spec {
  const { shape, dtype } = first;
  for (const t of others) {
    if (t.dtype !== dtype) {
      throw new DTypeError(
        `${op}: needs one dtype, got ${dtype} and ${t.dtype}. Cast the gradient to its parameter's dtype.`,
      );
    }
    if (!sameShape(t.shape, shape)) {
      throw new ShapeError(
        `${op}: needs one shape, got ${formatShape(shape)} and ${formatShape(t.shape)}. Reshape the gradient to its parameter's shape.`,
      );
    }
  }
  return { shape, dtype };
}

/** Applies a kernel to every element in place, with `value` as the other operand. */
export function applyNumber(
  k: Kernels,
  kernel: Kernels['add'],
  { pointer, size }: WasmOperand,
  value: number,
): void {
  // The kernel reads its second operand with stride 0: one number, for the moment of the call.
  k.fill(k.scratch, 1, value);
  kernel(pointer, k.scratch, pointer, 1, size, 0, 1, 0, 0);
}
