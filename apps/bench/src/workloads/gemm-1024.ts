import type { Workload } from '../workload.ts';
import { gemm } from './gemm.ts';

export const gemm1024: Workload = gemm(1024, 1, [
  { atLeast: 1.5, against: ['tfjs wasm'] },
  { atLeast: 0.6, against: ['onnxruntime 1 thread'] },
  { atLeast: 0.95, against: ['PyTorch 1 thread'], native: true },
  { atLeast: 1.2, against: ['onnxruntime 1 thread'], native: true },
]);

/** On two threads. */
export const gemm1024Threads: Workload = gemm(1024, 2, [
  { atLeast: 2.8, against: ['tfjs wasm'] },
  { atLeast: 0.75, against: ['onnxruntime 2 threads'] },
]);
