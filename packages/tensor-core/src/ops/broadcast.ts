import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { broadcastShapes, broadcastStrides, formatShape, sameShape, type Shape } from '../shape.ts';
import { copyStrided, copyStridedWasm } from './strided.ts';

/** The values repeated along new dimensions and dimensions of size 1. */
export const broadcastTo: OpDef<{ readonly shape: Shape }> = {
  name: 'broadcastTo',
  infer([x], { shape }) {
    const common = broadcastShapes('broadcastTo', x!.shape, shape);
    if (!sameShape(common, shape)) {
      throw new ShapeError(
        `broadcastTo: ${formatShape(x!.shape)} does not stretch to ${formatShape(shape)}. Only dimensions of size 1 stretch, and new ones are added in front.`,
      );
    }
    return { shape: [...shape], dtype: x!.dtype }; // a copy: the caller may change its own
  },
  reference([x], { shape }, out) {
    copyStrided(x!, out, broadcastStrides(x!.shape, shape), 0);
  },
  vjp: ({ inputs: [x], grad }) => [grad.sumTo(x!.shape)],
  wasm: (k, [x], { shape }, out) =>
    copyStridedWasm(k, x!, out, broadcastStrides(x!.shape, shape), 0),
};
