/** gpu.js kernels of diag.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { diagonalOf, putDiagonal, takeDiagonal } from './diag.ts';
import { stridedKernel } from './strided.gpu.ts';

export const diagKernels: readonly GpuEntry[] = [
  stridedKernel(takeDiagonal, (shape, { k }) => {
    const [rows, columns] = shape;
    return { strides: [columns! + 1], offset: diagonalOf(rows!, columns!, k).offset };
  }),
  kernel(putDiagonal, (_, { k, columns }) => ({
    source: `function (x) {
      const row = floorDiv(this.thread.x, ${columns});
      const column = this.thread.x - row * ${columns};
      if (column - row === ${k}) { return x[${k >= 0 ? 'row' : 'column'}]; }
      return 0;
    }`,
  })),
];
