/** Recurrent cells: assembly/recurrent.ts, recurrent-back.ts and recurrent-product.ts. */
import { PRODUCT, type KernelRecord, type KernelRecords } from './record.ts';

/** By batch rows, which do not meet; the work is that of the products of hidden units with hidden units. */
const cell: KernelRecord<'steps' | 'rows' | 'hidden' | 'row' | 'count'> = {
  work: ['steps', 'rows', 'hidden', 'hidden'],
  threshold: PRODUCT,
  split: () => ({ count: 'count', strides: { row: 1 }, unit: 1, coarse: true }),
};

export const recurrent: KernelRecords = {
  packPanels: null,
  recurrentBackward: cell,
  recurrentForward: cell,
};
