import type { Workload } from '../workload.ts';
import { add } from './add.ts';

export const add1M: Workload = add('add-1M', 2 ** 20, 'ms', {
  atMost: 0.3,
  text: 'at most 0.30 ms on 2 threads',
});
