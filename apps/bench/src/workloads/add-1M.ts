import type { Workload } from '../workload.ts';
import { add } from './add.ts';

export const add1M: Workload = add(2 ** 20, { id: 'add-1M', unit: 'ms', threads: 2, atMost: 0.3 });
