import type { GpuKernel, OpDef } from '../../op.ts';

/** An op and its kernel: a row of the tables in `ops/*.gpu.ts`. */
export type GpuEntry = readonly [OpDef<unknown>, GpuKernel<unknown>];

/** Pairs an op with its kernel; here their attribute types must agree, later they are erased. */
export function kernel<A>(op: OpDef<A>, launches: GpuKernel<A>): GpuEntry {
  return [op as OpDef<unknown>, launches as GpuKernel<unknown>];
}
