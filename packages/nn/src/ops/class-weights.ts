import { checkIndex, type OpDef } from '@kasane/tensor-core';

/** weight[y], with y int32 and weight (C), or () for the same everywhere; 0 where y is ignoreIndex. */
export const classWeights: OpDef<{ readonly ignoreIndex: number }> = {
  name: 'classWeights',
  infer([y, weight], { ignoreIndex }) {
    const { ndim, size, dtype } = weight!;
    if (ndim > 0) checkIndex('classWeights', y!, size, 'classes', ignoreIndex);
    return { shape: y!.shape, dtype };
  },
  reference([y, weight], { ignoreIndex }, out) {
    y!.data.forEach((c, i) => {
      out.data[i] = c === ignoreIndex ? 0 : weight!.data[weight!.shape.length === 0 ? 0 : c]!;
    });
  },
  vjp: null,
  recompute([y, weight], { ignoreIndex }) {
    const counts = y!.notEqual(ignoreIndex);
    if (weight!.ndim === 0) return counts.where(weight!, 0);
    const classes = counts.where(y!, 0); // an ignored target need not be a class
    const chosen = weight!.indexSelect(0, classes.reshape([classes.size]));
    return counts.where(chosen.reshape(y!.shape), 0);
  },
  wasm(k, [y, weight], { ignoreIndex }, out) {
    if (out.dtype !== 'float32') return false;
    const step = weight!.shape.length;
    k.classWeights(y!.pointer, weight!.pointer, out.pointer, out.size, step, ignoreIndex);
    return true;
  },
};
