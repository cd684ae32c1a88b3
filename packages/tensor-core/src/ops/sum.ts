import type { OpDef } from '../op.ts';
import { sizeOf } from '../shape.ts';
import { counted, reduced } from './infer.ts';
import { forEachGroup, restoreDims, runLines, type ReduceAttrs } from './reduce.ts';

/** The sum over dims; 0 where there is nothing to add. bool counts as int32. */
export const sum: OpDef<ReduceAttrs> = {
  name: 'sum',
  infer: (inputs, attrs) => counted(reduced(inputs, attrs)),
  reference([x], { dims }, out) {
    const whole = out.dtype === 'int32'; // keeps the low 32 bits
    forEachGroup(x!, dims, (flat, offsets) => {
      let total = 0;
      for (let i = 0; i < offsets.length; i++) {
        total += x!.data[offsets[i]!]!;
        if (whole) total |= 0;
      }
      out.data[flat] = total;
    });
  },
  vjp: ({ inputs: [x], grad, attrs }) => [restoreDims(grad, x!.shape, attrs).broadcastTo(x!.shape)],
  wasm: (k, [x], { dims }, out) => runLines(k.sum, x!, dims, out),
};

/** The arithmetic mean over dims; NaN of nothing. Integers become float32. */
export const mean: OpDef<ReduceAttrs> = {
  name: 'mean',
  inputs: 'float',
  infer: reduced,
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
  wasm: (k, [x], { dims }, out) => x!.size > 0 && runLines(k.mean, x!, dims, out),
};
