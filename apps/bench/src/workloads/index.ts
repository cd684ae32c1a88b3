import type { Workload } from '../workload.ts';
import { add100 } from './add-100.ts';
import { add1M } from './add-1M.ts';
import { gemm1024 } from './gemm-1024.ts';
import { gemm256 } from './gemm-256.ts';
import { mlpMnist } from './mlp-mnist.ts';
import { mlpTiny } from './mlp-tiny.ts';
import { rnnBinaryAddition } from './rnn-binary-addition.ts';

/** Every row, in the order of the table. */
export const workloads: readonly Workload[] = [
  gemm256,
  gemm1024,
  add100,
  add1M,
  mlpTiny,
  mlpMnist,
  rnnBinaryAddition,
];
