import { promoteTypes } from '../dtype.ts';
import type { OpDef } from '../op.ts';
import { broadcastShapes, broadcastStrides, forEachPair, sizeOf } from '../shape.ts';
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
    const stridesC = broadcastStrides(condition!.shape, out.shape);
    // One walk carries two offsets; the condition's own offset takes a second walk.
    const truth = new Uint8Array(out.size);
    forEachPair(out.shape, stridesC, stridesC, (i, _j, flat) => {
      truth[flat] = condition!.data[i]!;
    });
    const stridesA = broadcastStrides(a!.shape, out.shape);
    const stridesB = broadcastStrides(b!.shape, out.shape);
    forEachPair(out.shape, stridesA, stridesB, (i, j, flat) => {
      out.data[flat] = truth[flat] === 0 ? b!.data[j]! : a!.data[i]!;
    });
  },
  vjp: ({ inputs: [condition, a, b], grad, needs }) => [
    null,
    needs(1) ? condition!.where(grad, 0).cast(a!.dtype) : null,
    needs(2) ? condition!.where(0, grad).cast(b!.dtype) : null,
  ],
  wasm(k, [condition, a, b], _, out) {
    if (a!.dtype !== 'float32' || b!.dtype !== 'float32') return false;
    const n = sizeOf(out.shape);
    const evenly = (size: number): boolean => size === n || size === 1;
    if (!evenly(condition!.size) || !evenly(a!.size) || !evenly(b!.size)) return false;
    const step = (size: number): number => (size === n ? 1 : 0);
    const [c, x, y] = [condition!, a!, b!];
    k.where(
      c.pointer,
      x.pointer,
      y.pointer,
      out.pointer,
      n,
      step(c.size),
      step(x.size),
      step(y.size),
    );
    return true;
  },
};
