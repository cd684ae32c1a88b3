/** Which op has which kernel: the tables of `ops/*.gpu.ts`, and what ops of other packages bring. */
import type { GpuKernel, GpuLaunch, GpuOperand, OpDef } from '../../op.ts';
import { activationKernels } from '../../ops/activations.gpu.ts';
import { argExtremaKernels } from '../../ops/arg-extrema.gpu.ts';
import { arithmeticKernels } from '../../ops/arithmetic.gpu.ts';
import { broadcastKernels } from '../../ops/broadcast.gpu.ts';
import { castKernels } from '../../ops/cast.gpu.ts';
import { comparisonKernels } from '../../ops/comparison.gpu.ts';
import { concatKernels } from '../../ops/concat.gpu.ts';
import { cumulativeKernels } from '../../ops/cumulative.gpu.ts';
import { extremaKernels } from '../../ops/extrema.gpu.ts';
import { flipKernels } from '../../ops/flip.gpu.ts';
import { fullKernels } from '../../ops/full.gpu.ts';
import { gatherKernels } from '../../ops/gather.gpu.ts';
import { indexSelectKernels } from '../../ops/index-select.gpu.ts';
import { logSumExpKernels } from '../../ops/log-sum-exp.gpu.ts';
import { logicalReduceKernels } from '../../ops/logical-reduce.gpu.ts';
import { matmulKernels } from '../../ops/matmul.gpu.ts';
import { normKernels } from '../../ops/norm.gpu.ts';
import { oneHotKernels } from '../../ops/one-hot.gpu.ts';
import { padKernels } from '../../ops/pad.gpu.ts';
import { permuteKernels } from '../../ops/permute.gpu.ts';
import { prodKernels } from '../../ops/prod.gpu.ts';
import { searchsortedKernels } from '../../ops/searchsorted.gpu.ts';
import { sliceKernels } from '../../ops/slice.gpu.ts';
import { softmaxKernels } from '../../ops/softmax.gpu.ts';
import { sumKernels } from '../../ops/sum.gpu.ts';
import { unaryKernels } from '../../ops/unary.gpu.ts';
import { varianceKernels } from '../../ops/variance.gpu.ts';
import { whereKernels } from '../../ops/where.gpu.ts';

const tables = [
  activationKernels,
  argExtremaKernels,
  arithmeticKernels,
  broadcastKernels,
  castKernels,
  comparisonKernels,
  concatKernels,
  cumulativeKernels,
  extremaKernels,
  flipKernels,
  fullKernels,
  gatherKernels,
  indexSelectKernels,
  logSumExpKernels,
  logicalReduceKernels,
  matmulKernels,
  normKernels,
  oneHotKernels,
  padKernels,
  permuteKernels,
  prodKernels,
  searchsortedKernels,
  sliceKernels,
  softmaxKernels,
  sumKernels,
  unaryKernels,
  varianceKernels,
  whereKernels,
];

const kernels = new Map<OpDef<unknown>, GpuKernel<unknown>>(tables.flat());

/** The kernel of an op, if it has one. */
export function kernelOf<A>(op: OpDef<A>): GpuKernel<A> | undefined {
  // The table was filled with pairs of one attribute type, and the op says which.
  return op.gpu?.bind(op) ?? (kernels.get(op as OpDef<unknown>) as GpuKernel<A> | undefined);
}

/** The launches that compute an op; null if it has no kernel. */
export function launchesFor<A>(
  op: OpDef<A>,
  inputs: readonly GpuOperand[],
  attrs: A,
  output: GpuOperand,
  vectors: boolean,
): readonly GpuLaunch[] | null {
  const launches = kernelOf(op)?.(inputs, attrs, output, vectors) ?? null;
  return launches === null || Array.isArray(launches) ? launches : [launches as GpuLaunch];
}
