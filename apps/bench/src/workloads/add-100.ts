import type { Workload } from '../workload.ts';
import { add } from './add.ts';

export const add100: Workload = add(100, { id: 'add-100', unit: 'µs', threads: 1, atMost: 0.7 });
