import type { OpDef } from '../op.ts';
import { reducedShape, sizeOf } from '../shape.ts';
import { shifted } from './cumulative.ts';
import { counted, reduced } from './infer.ts';
import { forEachGroup, runLines, type ReduceAttrs } from './reduce.ts';

/** The product over dims; 1 where there is nothing to multiply. bool counts as int32. */
export const prod: OpDef<ReduceAttrs> = {
  name: 'prod',
  infer: (inputs, attrs) => counted(reduced(inputs, attrs)),
  reference([x], { dims }, out) {
    const whole = out.dtype === 'int32'; // keeps the low 32 bits
    forEachGroup(x!, dims, (flat, offsets) => {
      let total = 1;
      for (let i = 0; i < offsets.length; i++) {
        const v = x!.data[offsets[i]!]!;
        total = whole ? Math.imul(total, v) : total * v;
      }
      out.data[flat] = total;
    });
  },
  // dy/dxᵢ is the product of all others: of those before i times those after i. Dividing y by xᵢ
  // would fail at zeros.
  vjp({ inputs: [x], grad, attrs: { dims } }) {
    const { shape } = x!;
    if (x!.size === 0) return [x!.newFull(shape, 0)];
    const kept = shape.map((_, d) => d).filter((d) => !dims.includes(d));
    const order = [...kept, ...dims];
    const lines = [...reducedShape(shape, dims, false), sizeOf(dims.map((d) => shape[d]!))];
    const last = kept.length;
    const rows = x!.permute(order).reshape(lines); // (...kept, n)
    const before = shifted(rows.cumprod(last), last, 1, 1);
    const after = shifted(rows.flip(last).cumprod(last), last, 1, 1).flip(last);
    const g = grad.reshape([...lines.slice(0, -1), 1]).mul(before.mul(after));
    const inverse = shape.map((_, d) => order.indexOf(d));
    return [g.reshape(order.map((d) => shape[d]!)).permute(inverse)];
  },
  wasm: (k, [x], { dims }, out) => runLines(k.prod, x!, dims, out),
};
