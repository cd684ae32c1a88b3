import type { Workload } from '../workload.ts';
import { add } from './add.ts';

export const add100: Workload = add('add-100', 100, 'µs', {
  atMost: 0.7,
  text: 'at most 0.7 µs',
});
