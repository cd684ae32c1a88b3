import type { OpDef } from '../op.ts';
import { reduced } from './infer.ts';
import { forEachGroup, restoreDims, runLines, type ReduceAttrs } from './reduce.ts';

/** log Σ eˣ over dims, without overflow; -Infinity of nothing. Integers become float32. */
export const logSumExp: OpDef<ReduceAttrs> = {
  name: 'logSumExp',
  inputs: 'float',
  infer: reduced,
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
  wasm: (k, [x], { dims }, out) => x!.size > 0 && runLines(k.logSumExp, x!, dims, out),
};
