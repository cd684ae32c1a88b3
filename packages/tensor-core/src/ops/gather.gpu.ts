/** gpu.js kernels of gather.ts. Indices are kept in range: the host cannot check them on a device. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { indexSource } from '../backends/gpu/indexing.ts';
import { summed } from '../backends/gpu/summing.ts';
import { stridesOf } from '../shape.ts';
import { gather, scatterAdd, splitStrides } from './gather.ts';

export const gatherKernels: readonly GpuEntry[] = [
  kernel(gather, ([x, index], { dim }) => {
    const { stride, others } = splitStrides(x!.shape, dim);
    const last = Math.max(0, (x!.shape[dim] ?? 1) - 1);
    return {
      source: `function (x, index) {
        ${indexSource('base', index!.shape, others)}
        const at = Math.max(0, Math.min(index[this.thread.x], ${last}));
        return x[base + at * ${stride}];
      }`,
    };
  }),
  // A thread looks through the line of indices for those that name its element.
  kernel(scatterAdd, ([x, index, src], { dim }) => {
    const { shape } = x!;
    const n = index!.size === 0 ? 0 : (index!.shape[dim] ?? 1);
    const strides = stridesOf(index!.shape);
    const srcStrides = stridesOf(src!.shape);
    const except = (list: readonly number[]): number[] => list.map((s, d) => (d === dim ? 0 : s));
    // Elements beyond the index along another dim are not added to.
    const beyond = shape.flatMap((size, d) => {
      if (d === dim || index!.shape[d] === size) return [];
      const unit = shape.map((_, i) => (i === d ? 1 : 0));
      return [
        `${indexSource(`c${d}`, shape, unit)}
        if (c${d} >= ${index!.shape[d]}) { return x[this.thread.x]; }`,
      ];
    });
    const along = shape.map((_, d) => (d === dim ? 1 : 0));
    return {
      source: `function (x, index, src) {
        ${beyond.join('\n')}
        ${indexSource('own', shape, along)}
        ${indexSource('line', shape, except(strides))}
        ${indexSource('from', shape, except(srcStrides))}
        let total = x[this.thread.x];
        ${summed(n, ['total'], (t, [into]) => {
          return `const k = ${t};
            if (index[line + k * ${strides[dim] ?? 1}] === own) {
              ${into} = ${into} + src[from + k * ${srcStrides[dim] ?? 1}];
            }`;
        })}
        return total;
      }`,
    };
  }),
];
