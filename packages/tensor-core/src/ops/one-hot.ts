import { requireWhole } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { noFlops } from './infer.ts';
import { checkIndex } from './check-index.ts';

/** A new last dim of `numClasses` zeros with a one at each index; float32, ready for losses. */
export const oneHot: OpDef<{ readonly numClasses: number }> = {
  name: 'oneHot',
  infer([index], { numClasses }) {
    requireWhole('oneHot', 'numClasses', numClasses, 1);
    checkIndex('oneHot', index!, numClasses, 'classes');
    return { shape: [...index!.shape, numClasses], dtype: 'float32' };
  },
  reference([index], { numClasses }, out) {
    out.data.fill(0);
    for (let i = 0; i < index!.size; i++) out.data[i * numClasses + index!.data[i]!] = 1;
  },
  vjp: null,
  flops: noFlops,
};
