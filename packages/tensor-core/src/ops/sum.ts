import type { OpDef } from '../op.ts';
import { sizeOf } from '../shape.ts';
import { forEachGroup, middleLoops, reduceShape, restoreDims, type ReduceAttrs } from './reduce.ts';

/** The sum over dims; 0 where there is nothing to add. bool counts as int32. */
export const sum: OpDef<ReduceAttrs> = {
  name: 'sum',
  infer: ([x], attrs) => ({
    shape: reduceShape(x!, attrs),
    dtype: x!.dtype === 'bool' ? 'int32' : x!.dtype,
  }),
  reference([x], { dims }, out) {
    forEachGroup(x!, dims, (flat, offsets) => {
      let total = 0;
      for (let i = 0; i < offsets.length; i++) total += x!.data[offsets[i]!]!;
      out.data[flat] = total;
    });
  },
  vjp: ({ inputs: [x], grad, attrs }) => [restoreDims(grad, x!.shape, attrs).broadcastTo(x!.shape)],
  wasm(k, [x], { dims }, out) {
    const loops = middleLoops(x!.shape, dims);
    if (x!.dtype !== 'float32' || loops === null) return false;
    k.sum(x!.pointer, out.pointer, loops.outer, loops.n, loops.inner);
    return true;
  },
};

/** The arithmetic mean over dims; NaN of nothing. Integers become float32. */
export const mean: OpDef<ReduceAttrs> = {
  name: 'mean',
  inputs: 'float',
  infer: ([x], attrs) => ({ shape: reduceShape(x!, attrs), dtype: x!.dtype }),
  reference([x], { dims }, out) {
    forEachGroup(x!, dims, (flat, offsets) => {
      let total = 0;
      for (let i = 0; i < offsets.length; i++) total += x!.data[offsets[i]!]!;
      out.data[flat] = total / offsets.length;
    });
  },
  vjp({ inputs: [x], grad, attrs }) {
    const count = sizeOf(attrs.dims.map((d) => x!.shape[d]!));
    return [restoreDims(grad.div(count), x!.shape, attrs).broadcastTo(x!.shape)];
  },
  wasm(k, [x], { dims }, out) {
    const loops = middleLoops(x!.shape, dims);
    if (x!.dtype !== 'float32' || loops === null || loops.n === 0) return false;
    k.mean(x!.pointer, out.pointer, loops.outer, loops.n, loops.inner);
    return true;
  },
};
