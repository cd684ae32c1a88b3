/** gpu.js kernel of roll.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { lineSource } from '../backends/gpu/indexing.ts';
import { stridesOf } from '../shape.ts';
import { rollOp } from './roll.ts';

export const rollKernels: readonly GpuEntry[] = [
  kernel(rollOp, ([x], { dim, shift }) => {
    const n = x!.shape[dim]!;
    return {
      source: `function (x) {
        ${lineSource(x!.shape, dim)}
        let from = k - ${shift};
        if (from < 0) { from = from + ${n}; }
        return x[(outer * ${n} + from) * ${stridesOf(x!.shape)[dim]!} + inner];
      }`,
    };
  }),
];
