import type { Workload } from '../workload.ts';
import { gemm } from './gemm.ts';

export const gemm256: Workload = gemm(256, 1, [{ atLeast: 1.5, against: ['tfjs wasm'] }]);

/** On two threads. */
export const gemm256Threads: Workload = gemm(256, 2, [{ atLeast: 2.5, against: ['tfjs wasm'] }]);
