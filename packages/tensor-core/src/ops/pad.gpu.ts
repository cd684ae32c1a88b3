/** gpu.js kernel of pad.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { coordinateSource } from '../backends/gpu/indexing.ts';
import { stridesOf } from '../shape.ts';
import { filling } from './full.gpu.ts';
import { padConstant } from './pad.ts';

export const padKernels: readonly GpuEntry[] = [
  kernel(padConstant, ([x], { pads, value }, out) => {
    const { shape } = x!;
    const strides = stridesOf(shape);
    const border = shape.flatMap((size, d) => {
      const [before, after] = pads[d]!;
      return [
        ...(before > 0 ? [`if (c${d} < ${before}) { return value; }`] : []),
        ...(after > 0 ? [`if (c${d} >= ${before + size}) { return value; }`] : []),
      ];
    });
    const terms = shape.map((_, d) => `(c${d} - ${pads[d]![0]}) * ${strides[d]!}`);
    return {
      source: `function (x, value) {
        ${coordinateSource('c', out.shape)}
        ${border.join('\n')}
        return x[${terms.length === 0 ? '0' : terms.join(' + ')}];
      }`,
      scalars: [filling(out.dtype, value)],
    };
  }),
];
