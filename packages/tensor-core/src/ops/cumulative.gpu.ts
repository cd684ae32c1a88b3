/**
 * gpu.js kernels of cumulative.ts. In a short line every thread walks to its element. In a long one sums
 * take log₂ n launches, each adding what lies twice as far back. Products and recurrences may not be
 * put together from parts, which overflow where the whole does not: there a launch goes on for some
 * elements from where the last one came to.
 *
 * @see Hillis and Steele (1986), Data Parallel Algorithms.
 */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import type { GpuLaunch } from '../op.ts';
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

/** A running result: a launch for every stretch of SHORT_LINE elements, given the results before it. */
function walk(
  { n, inner, source }: ReturnType<typeof place>,
  { size, arrays, reverse, step }: Walk,
): GpuLaunch[] {
  const back = reverse ? -inner : inner; // how far the element before stands in front
  const launches: GpuLaunch[] = [];
  const names = Array.from({ length: arrays }, (_, i) => `x${i}`);
  for (let from = 0; from < n; from += SHORT_LINE) {
    const first = from === 0;
    launches.push({
      source: `function (${[...names, ...(first ? [] : ['done'])].join(', ')}) {
        ${source}
        const rank = ${reverse ? `${n - 1} - k` : 'k'};
        ${first ? '' : `if (rank < ${from}) { return done[this.thread.x]; }`}
        const start = this.thread.x - rank * (${back});
        let y = ${first ? '0' : `done[start + ${(from - 1) * back}]`};
        for (let t = 0; t < this.constants.length; t++) {
          const at = start + (t + ${from}) * (${back});
          if (t + ${from} <= rank) {
            ${first ? `if (t < 1) { y = ${step.first}; } else { y = ${step.next}; }` : `y = ${step.next};`}
          }
        }
        return y;
      }`,
      constants: { length: Math.min(SHORT_LINE, n - from) },
      inputs: [...names.map((_, i) => i), ...(first ? [] : [arrays + launches.length - 1])],
      size,
    });
  }
  return launches;
}

interface Walk {
  readonly size: number;
  readonly arrays: number;
  readonly reverse: boolean;
  /** The first y, and the next one from `y`, in terms of the arrays `x0`, `x1` and the place `at`. */
  readonly step: { readonly first: string; readonly next: string };
}

const sums = kernel(cumsum, ([x], { dim }) => {
  const line = place(x!.shape, dim);
  const { n, inner, source } = line;
  if (n <= SHORT_LINE) {
    const step = { first: 'x0[at]', next: 'y + x0[at]' };
    return walk(line, { size: x!.size, arrays: 1, reverse: false, step });
  }
  const launches: GpuLaunch[] = [];
  for (let reach = 1; reach < n; reach *= 2) {
    launches.push({
      source: `function (x) {
        ${source}
        const own = x[this.thread.x];
        if (k < ${reach}) { return own; }
        return own + x[this.thread.x - ${reach * inner}];
      }`,
      inputs: [launches.length],
      size: x!.size,
    });
  }
  return launches;
});

const products = kernel(cumprod, ([x], { dim }) => {
  const step = { first: 'x0[at]', next: 'y * x0[at]' };
  return walk(place(x!.shape, dim), { size: x!.size, arrays: 1, reverse: false, step });
});

// yₖ = aₖ yₖ₋₁ + bₖ
const recurrences = kernel(linearRecurrence, ([a], { dim, reverse }) => {
  const step = { first: 'x1[at]', next: 'x0[at] * y + x1[at]' };
  return walk(place(a!.shape, dim), { size: a!.size, arrays: 2, reverse, step });
});

export const cumulativeKernels: readonly GpuEntry[] = [sums, products, recurrences];
