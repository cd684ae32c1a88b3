/** The kernel of ops that only move elements: strided.ts, on the device. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { indexSource } from '../backends/gpu/indexing.ts';
import type { OpDef } from '../op.ts';
import type { Shape } from '../shape.ts';

/** Where element (i₀, i₁, …) of the result comes from: offset + Σ iₖ·strideₖ. */
export interface Layout {
  readonly strides: readonly number[];
  readonly offset: number;
}

export function stridedKernel<A>(
  op: OpDef<A>,
  layout: (shape: Shape, attrs: A) => Layout,
): GpuEntry {
  return kernel(op, ([x], attrs, out) => {
    const { strides, offset } = layout(x!.shape, attrs);
    return {
      source: `function (x) {
        ${indexSource('at', out.shape, strides, offset)}
        return x[at];
      }`,
    };
  });
}
