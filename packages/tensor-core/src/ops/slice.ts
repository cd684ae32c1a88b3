import { bytesPerElement } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { noFlops } from './infer.ts';
import { normalizeDim, sizeOf, stridesOf, type Shape } from '../shape.ts';
import { copyStrided, copyStridedWasm } from './strided.ts';

/** One dimension of a slice, in whole elements of a checked range. */
export interface SliceAttrs {
  readonly dim: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Every `step`-th element of one dimension, from `start` on; a negative step walks backwards. */
export const slice: OpDef<SliceAttrs> = {
  name: 'slice',
  infer: ([x], { dim, count }) => ({ shape: x!.shape.with(dim, count), dtype: x!.dtype }),
  reference([x], attrs, out) {
    const { strides, offset } = layout(x!.shape, attrs);
    copyStrided(x!, out, strides, offset);
  },
  vjp: ({ inputs: [x], grad, attrs }) => [grad.unslice(x!.shape, attrs)],
  wasm(k, [x], attrs, out) {
    const { strides, offset } = layout(x!.shape, attrs);
    return copyStridedWasm(k, x!, out, strides, offset);
  },
  flops: noFlops,
};

/** The adjoint of slice: zeros of the full shape with the values put where slice took them. */
export const unslice: OpDef<SliceAttrs & { readonly shape: Shape }> = {
  name: 'unslice',
  infer: ([x], { shape }) => ({ shape, dtype: x!.dtype }),
  reference([x], attrs, out) {
    out.data.fill(0);
    forEachBlock(attrs, (to, from, length) => {
      for (let j = 0; j < length; j++) out.data[to + j] = x!.data[from + j]!;
    });
  },
  vjp: ({ grad, attrs }) => [grad.takeRange(attrs)],
  wasm(k, [x], attrs, out) {
    const bytes = bytesPerElement[x!.dtype];
    k.fillBytes(out.pointer, out.size * bytes, 0);
    forEachBlock(attrs, (to, from, length) => {
      k.copy(out.pointer + to * bytes, x!.pointer + from * bytes, length * bytes);
    });
    return true;
  },
  flops: noFlops,
};

/** Calls `visit(to, from, length)` for every run of elements that stay side by side. */
function forEachBlock(
  { dim, start, step, count, shape }: SliceAttrs & { readonly shape: Shape },
  visit: (to: number, from: number, length: number) => void,
): void {
  const inner = stridesOf(shape)[dim]!;
  const outer = sizeOf(shape.slice(0, dim));
  const run = step === 1 ? count : 1;
  if (run * inner === 0) return;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < count; i += run) {
      const to = (o * shape[dim]! + start + i * step) * inner;
      visit(to, (o * count + i) * inner, run * inner);
    }
  }
}

export function layout(
  shape: Shape,
  { dim, start, step }: SliceAttrs,
): { strides: number[]; offset: number } {
  const strides = stridesOf(shape);
  const offset = start * strides[dim]!;
  strides[dim]! *= step;
  return { strides, offset };
}

/**
 * Python's slice rules for one dimension: negative positions count from the end, positions beyond the
 * ends are clipped, a negative step walks backwards from the end.
 */
export function sliceAttrs(
  shape: Shape,
  dim: number,
  start: number | undefined,
  end: number | undefined,
  step: number,
): SliceAttrs {
  if (shape.length === 0) {
    throw new ShapeError('slice: a scalar has no dimension. Unsqueeze it.');
  }
  const d = normalizeDim('slice', dim, shape.length);
  const size = shape[d]!;
  if (!Number.isInteger(step) || step === 0) {
    throw new ShapeError(`slice: step must be a whole number other than 0, got ${step}.`);
  }
  for (const p of [start, end]) {
    if (p !== undefined && !Number.isInteger(p) && Math.abs(p) !== Infinity) {
      throw new ShapeError(`slice: positions must be whole numbers, got ${p}.`);
    }
  }
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const position = (p: number): number => Math.min(Math.max(p < 0 ? p + size : p, low), high);
  const from = position(start ?? -step * Infinity);
  const to = position(end ?? step * Infinity);
  return { dim: d, start: from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
}
