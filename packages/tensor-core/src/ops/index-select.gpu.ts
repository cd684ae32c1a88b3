/** gpu.js kernels of index-select.ts. Indices are kept in range: the host cannot check them on a device. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { lineSource } from '../backends/gpu/indexing.ts';
import { summed } from '../backends/gpu/summing.ts';
import { indexAdd, indexSelect } from './index-select.ts';
import { loops } from './reduce.ts';

export const indexSelectKernels: readonly GpuEntry[] = [
  kernel(indexSelect, ([x], { dim }, out) => {
    const { n, inner } = loops(x!.shape, dim);
    return {
      source: `function (x, index) {
        ${lineSource(out.shape, dim)}
        const at = Math.max(0, Math.min(index[k], ${n - 1}));
        return x[(outer * ${n} + at) * ${inner} + inner];
      }`,
    };
  }),
  // A thread looks through the indices for those that name its slice.
  kernel(indexAdd, ([x, index], { dim }) => {
    const { inner } = loops(x!.shape, dim);
    const m = index!.size;
    return {
      source: `function (x, index, src) {
        ${lineSource(x!.shape, dim)}
        let total = x[this.thread.x];
        ${summed(m, ['total'], (t, [into]) => {
          return `const r = ${t};
            if (index[r] === k) { ${into} = ${into} + src[(outer * ${m} + r) * ${inner} + inner]; }`;
        })}
        return total;
      }`,
    };
  }),
];
