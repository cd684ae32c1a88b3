/** Ops without a kernel: their plain loops, between two journeys of the arrays. */
import { createArray } from '../../dtype.ts';
import type { GpuOperand, OpDef, View } from '../../op.ts';
import { noteFallback, runLoop } from '../backend.ts';
import type { GpuBackend } from './backend.ts';
import { chain, type Awaitable } from './device.ts';
import type { Handle } from './gpu-js.ts';
import { checkExact } from './limits.ts';
import { fromFloats } from './storage.ts';

/** What runs an op's plain loop within a job. */
export function hostLoop<A>(
  backend: GpuBackend,
  op: OpDef<A>,
  inputs: readonly GpuOperand[],
  attrs: A,
  { shape, dtype, size }: GpuOperand,
): (handles: readonly (Handle | null)[]) => Awaitable<Handle> {
  const { name } = backend;
  noteFallback(name, op.name, dtype);
  // The tensors may be gone when the job's turn comes; their data is not.
  const specs = inputs.map((t) => ({ shape: t.shape, dtype: t.dtype, size: t.size }));
  return (handles) =>
    chain(backend.jobs.readAll(handles), (arrays) => {
      const views: View[] = specs.map((spec, i) => ({
        ...spec,
        data: fromFloats(arrays[i]!, spec.dtype),
      }));
      const out = { shape, dtype, size, data: createArray(dtype, size) };
      runLoop(name, op, views, attrs, out);
      if (dtype === 'int32') checkExact(name, op.name, out.data);
      return backend.jobs.upload(Float32Array.from(out.data));
    });
}
