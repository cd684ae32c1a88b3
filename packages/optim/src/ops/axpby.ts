import {
  DTypeError,
  formatShape,
  sameShape,
  ShapeError,
  type OpDef,
  type Spec,
  type Tensor,
} from '@kasane/tensor-core';

/**
 * The factors of `axpby` and `axpbySquare`. They are attributes, so a schedule may change them at
 * every step without making a tensor of each value.
 */
export interface Factors {
  readonly alpha: number;
  readonly beta: number;
}

/** The factors of θ - lr·g. */
export const descent = ({ lr }: { readonly lr: number }): Factors => ({ alpha: 1, beta: -lr });

/** α·a + β·b. The update rules need no broadcasting and no gradient. */
export const axpby: OpDef<Factors> = {
  name: 'axpby',
  infer: ([a, b]) => sameSpec('axpby', a!, b!),
  reference([a, b], { alpha, beta }, out) {
    for (let i = 0; i < out.size; i++) out.data[i] = alpha * a!.data[i]! + beta * b!.data[i]!;
  },
  vjp: null,
  wasm(k, [a, b], { alpha, beta }, out) {
    if (out.dtype !== 'float32') return false;
    k.axpby(a!.pointer, b!.pointer, out.pointer, out.size, alpha, beta);
    return true;
  },
  gpu: (_, { alpha, beta }) => ({
    source: 'function(a,b,s,t){return s*a[this.thread.x]+t*b[this.thread.x];}',
    scalars: [alpha, beta],
  }),
};

/** The shape and dtype that all of `tensors` have. */
export function sameSpec(op: string, first: Tensor, ...others: readonly Tensor[]): Spec {
  const { shape, dtype } = first;
  for (const t of others) {
    if (t.dtype !== dtype) {
      throw new DTypeError(
        `${op}: needs one dtype, got ${dtype} and ${t.dtype}. Cast the gradient.`,
      );
    }
    if (!sameShape(t.shape, shape)) {
      throw new ShapeError(
        `${op}: needs one shape, got ${formatShape(shape)} and ${formatShape(t.shape)}. Reshape the gradient.`,
      );
    }
  }
  return first;
}
