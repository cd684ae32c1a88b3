/**
 * One copy serves every op that only moves elements: output element (i₀, i₁, …) is the input's
 * element offset + Σ iₖ·strideₖ, with strides that may be zero or negative.
 */
import type { Kernels } from '../backends/wasm/index.ts';
import { bytesPerElement } from '../dtype.ts';
import type { View, WasmOperand } from '../op.ts';
import { foldLoops, forEachPair, sizeOf } from '../shape.ts';

export function copyStrided(x: View, out: View, strides: readonly number[], offset: number): void {
  const from = x.data;
  const to = out.data;
  forEachPair(out.shape, strides, strides, (i, _, flat) => {
    to[flat] = from[offset + i]!;
  });
}

// A plan holds each call of a kernel; beyond so many the plain loop is shorter.
const MOST_CALLS = 1024;

/** The same through a kernel, which has four loops: called for each round of those around them. False if that is too often. */
export function copyStridedWasm(
  k: Kernels,
  x: WasmOperand,
  out: WasmOperand,
  strides: readonly number[],
  offset: number,
): boolean {
  const { sizes, stridesA: steps } = foldLoops(out.shape, strides, strides);
  const [around, calls] = [sizes.slice(0, -4), sizeOf(sizes.slice(0, -4))];
  if (calls > MOST_CALLS) return false;
  const bytes = bytesPerElement[x.dtype];
  const copy = bytes === 4 ? k.stridedCopy : bytes === 1 ? k.stridedCopy1 : k.stridedCopy8;
  const [d3 = 1, d2 = 1, d1 = 1, d0 = 1] = sizes.toReversed();
  const [s3 = 0, s2 = 0, s1 = 0, s0 = 0] = steps.toReversed();
  const pitch = (out.size / calls) * bytes;
  forEachPair(around, steps, steps, (from, _, round) => {
    copy(x.pointer, out.pointer + round * pitch, d0, d1, d2, d3, s0, s1, s2, s3, offset + from);
  });
  return true;
}
