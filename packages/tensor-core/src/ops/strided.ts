/**
 * One copy serves every op that only moves elements: output element (i₀, i₁, …) is the input's
 * element offset + Σ iₖ·strideₖ, with strides that may be zero or negative.
 */
import type { Kernels } from '../backends/wasm/index.ts';
import { bytesPerElement } from '../dtype.ts';
import type { View, WasmOperand } from '../op.ts';
import { forEachPair } from '../shape.ts';

export function copyStrided(x: View, out: View, strides: readonly number[], offset: number): void {
  const from = x.data;
  const to = out.data;
  forEachPair(out.shape, strides, strides, (i, _, flat) => {
    to[flat] = from[offset + i]!;
  });
}

/** The same through a kernel; false if the output folds into more than four loops. */
export function copyStridedWasm(
  k: Kernels,
  x: WasmOperand,
  out: WasmOperand,
  strides: readonly number[],
  offset: number,
): boolean {
  // Neighbouring dimensions that are walked evenly are one loop.
  const sizes: number[] = [];
  const steps: number[] = [];
  for (let d = 0; d < out.shape.length; d++) {
    const size = out.shape[d]!;
    if (size === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && steps[last] === strides[d]! * size) {
      sizes[last]! *= size;
      steps[last] = strides[d]!;
    } else {
      sizes.push(size);
      steps.push(strides[d]!);
    }
  }
  if (sizes.length > 4) return false;
  while (sizes.length < 4) {
    sizes.unshift(1);
    steps.unshift(0);
  }
  const bytes = bytesPerElement[x.dtype];
  const copy = bytes === 4 ? k.stridedCopy : bytes === 1 ? k.stridedCopy1 : k.stridedCopy8;
  const [d0, d1, d2, d3] = sizes;
  const [s0, s1, s2, s3] = steps;
  copy(x.pointer, out.pointer, d0!, d1!, d2!, d3!, s0!, s1!, s2!, s3!, offset);
  return true;
}
