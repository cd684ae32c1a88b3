import type { Workload } from '../workload.ts';
import { gemm } from './gemm.ts';

export const matmul64: Workload = gemm(64, 1, [{ atLeast: 1.5, against: ['tfjs wasm'] }]);
