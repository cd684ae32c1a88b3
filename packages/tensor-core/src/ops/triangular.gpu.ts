/** gpu.js kernels of triangular.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import type { OpDef } from '../op.ts';
import { tril, triu, type TriangleAttrs } from './triangular.ts';

function triangleKernel(op: OpDef<TriangleAttrs>, kept: '<=' | '>='): GpuEntry {
  return kernel(op, ([x], { k }) => {
    const [rows, columns] = x!.shape.slice(-2);
    return {
      source: `function (x) {
        const line = floorDiv(this.thread.x, ${columns});
        const column = this.thread.x - line * ${columns};
        const row = line - floorDiv(line, ${rows}) * ${rows};
        if (column - row ${kept} ${k}) { return x[this.thread.x]; }
        return 0;
      }`,
    };
  });
}

export const triangularKernels: readonly GpuEntry[] = [
  triangleKernel(tril, '<='),
  triangleKernel(triu, '>='),
];
