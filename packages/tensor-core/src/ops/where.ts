import { promoteTypes } from '../dtype.ts';
import type { OpDef, View } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { noFlops } from './infer.ts';
import { broadcastShapes, checkShape, broadcastStrides, forEachPair, sameShape } from '../shape.ts';
import { checkMask } from './check-index.ts';

/** a where the condition holds, else b; all three broadcast. */
export const where: OpDef = {
  name: 'where',
  infer([condition, a, b]) {
    checkMask('where', 'condition', condition!);
    const shape = broadcastShapes('where', a!.shape, b!.shape);
    return {
      shape: broadcastShapes('where', condition!.shape, shape),
      dtype: promoteTypes(a!.dtype, b!.dtype),
    };
  },
  reference([condition, a, b], _, out) {
    const strides = (t: View): number[] => broadcastStrides(t.shape, out.shape);
    // A walk carries two offsets, so each side takes one of its own.
    [b!, a!].forEach((side, truth) => {
      forEachPair(out.shape, strides(condition!), strides(side), (i, j, flat) => {
        if (condition!.data[i] === truth) out.data[flat] = side.data[j]!;
      });
    });
  },
  vjp: ({ inputs: [condition, a, b], grad, needs }) => [
    null,
    needs(1) ? condition!.where(grad, 0).cast(a!.dtype) : null,
    needs(2) ? condition!.where(0, grad).cast(b!.dtype) : null,
  ],
  wasm(k, [condition, a, b], _, out) {
    if (a!.dtype !== 'float32' || b!.dtype !== 'float32') return false;
    const n = out.size;
    const steps = [condition!, a!, b!].map(({ size }) => (size === n ? 1 : size === 1 ? 0 : -1));
    const [c, x, y] = steps as [number, number, number]; // as many as operands
    if (c < 0 || x < 0 || y < 0) return false;
    k.where(condition!.pointer, a!.pointer, b!.pointer, out.pointer, n, c, x, y);
    return true;
  },
  flops: noFlops,
};

/** Operands of `where` of the whole shape or of one element: its kernel knows no others, and loops are slow. */
export function stretched(operands: readonly Tensor[]): readonly Tensor[] {
  const shape = operands.map((x) => x.shape).reduce((a, b) => broadcastShapes('where', a, b));
  checkShape('where', shape); // before broadcastTo would say it
  return operands.map((x) =>
    x.size === 1 || sameShape(x.shape, shape) ? x : x.broadcastTo(shape),
  );
}
