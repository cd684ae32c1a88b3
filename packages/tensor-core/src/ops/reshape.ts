import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { formatShape, normalizeDim, sizeOf, type Shape } from '../shape.ts';

/** The same values in another shape, sharing their storage. */
export const reshape: OpDef<{ readonly shape: Shape }> = {
  name: 'reshape',
  infer: ([x], { shape }) => ({ shape: resolveShape(x!.shape, shape), dtype: x!.dtype }),
  reference([x], _, out) {
    out.data.set(x!.data);
  },
  vjp: ({ inputs: [x], grad }) => [grad.reshape(x!.shape)],
};

/** `shape` with its one -1 replaced by the size that fits. */
function resolveShape(from: Shape, shape: Shape): Shape {
  const size = sizeOf(from);
  const unknown = shape.indexOf(-1);
  const known = shape.reduce((product, d) => (d === -1 ? product : product * d), 1);
  const fits = unknown < 0 ? known === size : known > 0 && size % known === 0;
  const valid = shape.every((d) => Number.isInteger(d) && d >= -1);
  if (!valid || !fits || shape.lastIndexOf(-1) !== unknown) {
    throw new ShapeError(
      `reshape: ${formatShape(from)} cannot become ${formatShape(shape)}. The sizes must multiply to ${size}; at most one may be -1.`,
    );
  }
  return shape.map((d) => (d === -1 ? size / known : d)); // a copy: the caller may change its own
}

/** The shape with dims `start` to `end` (inclusive) merged into one. */
export function flattenedShape(shape: Shape, start: number, end: number): number[] {
  if (shape.length === 0) return [1];
  const first = normalizeDim('flatten', start, shape.length);
  const last = normalizeDim('flatten', end, shape.length);
  if (first > last) {
    throw new ShapeError(
      `flatten: startDim ${start} lies after endDim ${end} for ${formatShape(shape)}. Swap them.`,
    );
  }
  return shape.toSpliced(first, last - first + 1, sizeOf(shape.slice(first, last + 1)));
}
