/** What optimizers do: assembly/update.ts. */
import { elementwise, SIMPLE, type KernelRecords } from './record.ts';

const two = { a: 4, b: 4, out: 4 };

export const update: KernelRecords = {
  addcdivSqrt: elementwise(
    SIMPLE,
    { p: 4, x: 4, v: 4, out: 4 },
    'alpha p mul+ beta x mul v sqrt eps add div +add',
  ),
  addRows: null,
  axpby: elementwise(SIMPLE, two, 'beta b mul+ alpha a mul +add'),
  axpbySquare: elementwise(SIMPLE, two, 'beta b mul b mul+ alpha a mul +add'),
  linkRows: null,
  putRows: null,
};
