import type { Workload } from '../workload.ts';
import { gemm } from './gemm.ts';

export const gemm256: Workload = gemm(256);
