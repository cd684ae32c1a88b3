import type { Workload } from '../workload.ts';
import { gemm } from './gemm.ts';

export const gemm1024: Workload = gemm(1024);
