/** gpu.js kernel of searchsorted.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { searchsortedOp } from './searchsorted.ts';

export const searchsortedKernels: readonly GpuEntry[] = [
  // Halves the range a fixed number of times; NaN is last.
  kernel(searchsortedOp, ([sequence, values], { right }) => {
    const n = sequence!.shape.at(-1)!;
    const shared = sequence!.shape.length === 1;
    const m = values!.shape.at(-1) ?? 1;
    return {
      source: `function (sequence, values) {
        const value = values[this.thread.x];
        const start = ${shared ? '0' : `floorDiv(this.thread.x, ${m}) * ${n}`};
        let low = 0;
        let high = ${n};
        for (let round = 0; round < this.constants.rounds; round++) {
          if (low < high) {
            const middle = floorDiv(low + high, 2);
            const v = sequence[start + middle];
            let before = 0;
            if (v < value) { before = 1; }
            if (isNaNValue(value) > isNaNValue(v)) { before = 1; }
            ${right ? 'if (v === value || isNaNValue(value) + isNaNValue(v) > 1) { before = 1; }' : ''}
            if (before > 0) { low = middle + 1; } else { high = middle; }
          }
        }
        return low;
      }`,
      constants: { rounds: n === 0 ? 0 : Math.floor(Math.log2(n)) + 1 },
    };
  }),
];
