import type { OpDef } from '../op.ts';
import { forEachGroup, middleLoops, reduceShape, restoreDims, type ReduceAttrs } from './reduce.ts';

/** log Σ eˣ over dims, without overflow; -Infinity of nothing. Integers become float32. */
export const logSumExp: OpDef<ReduceAttrs> = {
  name: 'logSumExp',
  inputs: 'float',
  infer: ([x], attrs) => ({ shape: reduceShape(x!, attrs), dtype: x!.dtype }),
  reference([x], { dims }, out) {
    forEachGroup(x!, dims, (flat, offsets) => {
      let largest = -Infinity;
      for (let i = 0; i < offsets.length; i++) largest = Math.max(largest, x!.data[offsets[i]!]!);
      // An infinite shift would make Infinity - Infinity; there the sum is 0 or Infinity anyway.
      const shift = Math.abs(largest) === Infinity ? 0 : largest;
      let total = 0;
      for (let i = 0; i < offsets.length; i++) total += Math.exp(x!.data[offsets[i]!]! - shift);
      out.data[flat] = shift + Math.log(total);
    });
  },
  // d log Σ eˣ / dxᵢ = e^(xᵢ - y). Where y is -Infinity all terms are 0, and so is their gradient.
  vjp({ inputs: [x], output, grad, attrs }) {
    const y = output.equal(-Infinity).where(0, output);
    const weights = x!.sub(restoreDims(y, x!.shape, attrs)).exp();
    return [restoreDims(grad, x!.shape, attrs).mul(weights)];
  },
  wasm(k, [x], { dims }, out) {
    const loops = middleLoops(x!.shape, dims);
    if (x!.dtype !== 'float32' || loops === null || loops.n === 0) return false;
    k.logSumExp(x!.pointer, out.pointer, loops.outer, loops.n, loops.inner);
    return true;
  },
};
