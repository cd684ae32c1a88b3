import type { OpDef } from '../op.ts';
import { stridesOf, type Shape } from '../shape.ts';
import { copyStrided, copyStridedWasm } from './strided.ts';
import { likeFirst, noFlops } from './infer.ts';

export interface FlipAttrs {
  readonly dims: readonly number[];
}

/** The elements in reverse order along dims. */
export const flip: OpDef<FlipAttrs> = {
  name: 'flip',
  infer: likeFirst,
  reference([x], { dims }, out) {
    const { strides, offset } = reversed(x!.shape, dims);
    copyStrided(x!, out, strides, offset);
  },
  vjp: ({ grad, attrs: { dims } }) => [grad.flip(dims)],
  wasm(k, [x], { dims }, out) {
    const { strides, offset } = reversed(x!.shape, dims);
    return copyStridedWasm(k, x!, out, strides, offset);
  },
  flops: noFlops,
};

/** Backward strides from the last element on. */
export function reversed(
  shape: Shape,
  dims: readonly number[],
): { strides: number[]; offset: number } {
  const strides = stridesOf(shape);
  let offset = 0;
  for (const d of dims) {
    offset += (shape[d]! - 1) * strides[d]!;
    strides[d]! *= -1;
  }
  return { strides, offset };
}
