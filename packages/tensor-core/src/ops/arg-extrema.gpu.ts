/** gpu.js kernels of arg-extrema.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { indexSource } from '../backends/gpu/indexing.ts';
import type { OpDef } from '../op.ts';
import { sizeOf, stridesOf } from '../shape.ts';
import { argmax, argmin } from './arg-extrema.ts';
import type { ReduceAttrs } from './reduce.ts';

const CHUNK = 1024;

/** `better` compares value with best; the first NaN beats everything. */
function argExtremumKernel(op: OpDef<ReduceAttrs>, better: '>' | '<'): GpuEntry {
  return kernel(op, ([x], { dims }, out) => {
    const { shape } = x!;
    const strides = stridesOf(shape);
    const kept = shape.map((_, d) => d).filter((d) => !dims.includes(d));
    const pick = (list: readonly number[], of: readonly number[]): number[] =>
      of.map((d) => list[d]!);
    const n = sizeOf(pick(shape, dims));
    const chunks = Math.ceil(n / CHUNK);
    // A long group is searched in chunks first; `j` is then the winner of chunk t.
    const search = (candidate: string, parts: number, arrays: string): string =>
      `function (${arrays}) {
        const group = floorDiv(this.thread.x, ${parts});
        const chunk = this.thread.x - group * ${parts};
        ${indexSource('base', pick(shape, kept), pick(strides, kept), 0, 'group')}
        let best = 0;
        let at = 0;
        let settled = 0;
        for (let t = 0; t < this.constants.rounds; t++) {
          const j = ${candidate};
          if (j < ${n} && settled < 1) {
            ${indexSource('offset', pick(shape, dims), pick(strides, dims), 0, 'j')}
            const value = x[base + offset];
            if (t < 1 || value ${better} best) { best = value; at = j; }
            if (isNaNValue(value) > 0) { at = j; settled = 1; }
          }
        }
        return at;
      }`;
    const whole = Math.min(n, CHUNK);
    const first = {
      source: search(`chunk * ${CHUNK} + t`, chunks, 'x'),
      constants: { rounds: whole },
      inputs: [0],
      size: out.size * chunks,
    };
    if (chunks === 1) return first;
    return [
      first,
      {
        source: search(`winners[group * ${chunks} + t]`, 1, 'x, winners'),
        constants: { rounds: chunks },
        inputs: [0, 1],
      },
    ];
  });
}

export const argExtremaKernels: readonly GpuEntry[] = [
  argExtremumKernel(argmax, '>'),
  argExtremumKernel(argmin, '<'),
];
