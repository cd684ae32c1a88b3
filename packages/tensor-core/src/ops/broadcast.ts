import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { noFlops } from './infer.ts';
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  formatShape,
  sameShape,
  type Shape,
} from '../shape.ts';
import { copyStrided, copyStridedWasm } from './strided.ts';

/** The values repeated along new dimensions and dimensions of size 1. */
export const broadcastTo: OpDef<{ readonly shape: Shape }> = {
  name: 'broadcastTo',
  infer([x], { shape }) {
    checkShape('broadcastTo', shape, x!.dtype);
    const common = broadcastShapes('broadcastTo', x!.shape, shape);
    if (!sameShape(common, shape)) {
      throw new ShapeError(
        `broadcastTo: ${formatShape(x!.shape)} does not broadcast to ${formatShape(shape)}. Only sizes of 1 stretch.`,
      );
    }
    return { shape: [...shape], dtype: x!.dtype }; // a copy: the caller may change its own
  },
  reference([x], _, out) {
    copyStrided(x!, out, broadcastStrides(x!.shape, out.shape), 0);
  },
  vjp: ({ inputs: [x], grad }) => [grad.sumTo(x!.shape)],
  wasm: (k, [x], _, out) => copyStridedWasm(k, x!, out, broadcastStrides(x!.shape, out.shape), 0),
  flops: noFlops,
};

/** The dims of `shape` along which a tensor of shape `from` was repeated to get there. */
export function stretchedDims(shape: Shape, from: Shape): number[] {
  const lead = shape.length - from.length;
  if (lead < 0 || !from.every((d, i) => d === 1 || d === shape[i + lead])) {
    throw new ShapeError(
      `sumTo: ${formatShape(from)} does not broadcast to ${formatShape(shape)}.`,
    );
  }
  return shape.map((_, i) => i).filter((i) => i < lead || from[i - lead] === 1);
}
