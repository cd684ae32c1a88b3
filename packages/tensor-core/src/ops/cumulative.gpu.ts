/**
 * gpu.js kernels of cumulative.ts. In a short line every thread walks to its element; in a long one
 * each launch adds what lies twice as far back, so that n elements take log₂ n launches.
 *
 * @see Hillis and Steele (1986), Data Parallel Algorithms.
 */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import type { GpuLaunch, OpDef } from '../op.ts';
import { sizeOf, type Shape } from '../shape.ts';
import { cumprod, cumsum, linearRecurrence } from './cumulative.ts';

const SHORT_LINE = 64;

/** Statements that define `k`, the place of the thread's element in its line of n. */
function place(shape: Shape, dim: number): { n: number; inner: number; source: string } {
  const n = shape[dim] ?? 1; // of a scalar the line is itself
  const inner = sizeOf(shape.slice(dim + 1));
  const source = `
    const row = floorDiv(this.thread.x, ${inner});
    const k = row - floorDiv(row, ${n}) * ${n};`;
  return { n, inner, source };
}

function scanKernel(op: OpDef<{ readonly dim: number }>, sign: '+' | '*'): GpuEntry {
  return kernel(op, ([x], { dim }) => {
    const { n, inner, source } = place(x!.shape, dim);
    if (n <= SHORT_LINE) {
      return {
        source: `function (x) {
          ${source}
          const first = this.thread.x - k * ${inner};
          let total = ${sign === '+' ? 0 : 1};
          for (let t = 0; t < this.constants.n; t++) {
            if (t <= k) { total = total ${sign} x[first + t * ${inner}]; }
          }
          return total;
        }`,
        constants: { n },
      };
    }
    const launches: GpuLaunch[] = [];
    for (let reach = 1; reach < n; reach *= 2) {
      launches.push({
        source: `function (x) {
          ${source}
          const own = x[this.thread.x];
          if (k < ${reach}) { return own; }
          return own ${sign} x[this.thread.x - ${reach * inner}];
        }`,
        inputs: [launches.length],
        size: x!.size,
      });
    }
    return launches;
  });
}

// yₖ = aₖ yₖ₋₁ + bₖ. Two stretches of it in a row are one: (a, b) then (a', b') is (a a', a' b + b').
const recurrence = kernel(linearRecurrence, ([a], { dim, reverse }) => {
  const { n, inner, source } = place(a!.shape, dim);
  const back = reverse ? -inner : inner; // how far the element before stands in front
  const rank = reverse ? `${n - 1} - k` : 'k';
  if (n <= SHORT_LINE) {
    return {
      source: `function (a, b) {
        ${source}
        const rank = ${rank};
        const first = this.thread.x - rank * (${back});
        let y = 0;
        for (let t = 0; t < this.constants.n; t++) {
          const at = first + t * (${back});
          if (t <= rank) {
            if (t < 1) { y = b[at]; } else { y = a[at] * y + b[at]; }
          }
        }
        return y;
      }`,
      constants: { n },
    };
  }
  const launches: GpuLaunch[] = [];
  let [slopes, offsets] = [0, 1];
  const add = (expression: string, alone: string, reach: number): number => {
    launches.push({
      source: `function (a, b) {
        ${source}
        const rank = ${rank};
        if (rank < ${reach}) { return ${alone}[this.thread.x]; }
        const before = this.thread.x - (${reach * back});
        return ${expression};
      }`,
      inputs: [slopes, offsets],
      size: a!.size,
    });
    return launches.length + 1;
  };
  for (let reach = 1; reach < n; reach *= 2) {
    const nextOffsets = add('a[this.thread.x] * b[before] + b[this.thread.x]', 'b', reach);
    if (reach * 2 < n) slopes = add('a[this.thread.x] * a[before]', 'a', reach);
    offsets = nextOffsets;
  }
  return launches;
});

export const cumulativeKernels: readonly GpuEntry[] = [
  scanKernel(cumsum, '+'),
  scanKernel(cumprod, '*'),
  recurrence,
];
