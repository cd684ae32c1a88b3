/** gpu.js kernel of concat.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { lineSource } from '../backends/gpu/indexing.ts';
import type { GpuLaunch } from '../op.ts';
import { sizeOf } from '../shape.ts';
import { concatOp } from './concat.ts';

// What one launch may take.
const MOST = 7;

/** An array of the plan, and its size along the joined dim. */
interface Part {
  readonly at: number;
  readonly length: number;
}

export const concatKernels: readonly GpuEntry[] = [
  // Many tensors are joined a few at a time, from the first on.
  kernel(concatOp, (inputs, { dim }, out) => {
    const outer = sizeOf(out.shape.slice(0, dim));
    const inner = sizeOf(out.shape.slice(dim + 1));
    const launches: GpuLaunch[] = [];
    let rest: Part[] = inputs
      .map((x, at) => ({ at, length: x.shape[dim]! }))
      .filter(({ length }) => length > 0);
    do {
      const parts = rest.slice(0, MOST);
      const joined = parts.reduce((sum, { length }) => sum + length, 0);
      let start = 0;
      const branches = parts.map(({ length }, i) => {
        const from = start;
        start += length;
        return `if (k < ${start}) { return x${i}[(outer * ${length} + k - ${from}) * ${inner} + inner]; }`;
      });
      launches.push({
        source: `function (${parts.map((_, i) => `x${i}`).join(', ')}) {
          ${lineSource([...out.shape.slice(0, dim), joined, ...out.shape.slice(dim + 1)], dim)}
          ${branches.join('\n')}
          return 0;
        }`,
        inputs: parts.map(({ at }) => at),
        size: outer * joined * inner,
      });
      rest = [{ at: inputs.length + launches.length - 1, length: joined }, ...rest.slice(MOST)];
    } while (rest.length > 1);
    return launches;
  }),
];
