/** gpu.js kernels of slice.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { lineSource } from '../backends/gpu/indexing.ts';
import { stridesOf } from '../shape.ts';
import { layout, slice, unslice } from './slice.ts';
import { stridedKernel } from './strided.gpu.ts';

export const sliceKernels: readonly GpuEntry[] = [
  stridedKernel(slice, layout),
  kernel(unslice, (_, { dim, start, step, count, shape }) => ({
    source: `function (x) {
      ${lineSource(shape, dim)}
      const way = ${step > 0 ? `k - ${start}` : `${start} - k`};
      const t = floorDiv(way, ${Math.abs(step)});
      if (t * ${Math.abs(step)} === way && t >= 0 && t < ${count}) {
        return x[(outer * ${count} + t) * ${stridesOf(shape)[dim]!} + inner];
      }
      return 0;
    }`,
  })),
];
