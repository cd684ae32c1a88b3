import { bytesPerElement, checkHolds } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { shown } from '../options.ts';
import type { OpDef, Spec } from '../op.ts';
import { noFlops } from './infer.ts';
import { checkShape, forEachPair, formatShape, sizeOf, stridesOf, type Shape } from '../shape.ts';
import { fillKernel, fillLoop } from './full.ts';

/** How many elements to add before and after one dim. */
export type Padding = readonly [before: number, after: number];

/** Options of `pad`. */
export interface PadOptions {
  /**
   * What the border holds: one value, the elements mirrored at the edge (which is not repeated), or
   * the edge itself. Default `'constant'`.
   */
  readonly mode?: 'constant' | 'reflect' | 'replicate';
  /** The value of `'constant'`. Default 0. */
  readonly value?: number;
}

/** The tensor in the middle of a larger one that holds `value` elsewhere; one pair for every dim. */
export const padConstant: OpDef<{ readonly pads: readonly Padding[]; readonly value: number }> = {
  name: 'pad',
  infer([x], { pads, value }) {
    const { shape, dtype } = x!;
    checkHolds('pad', dtype, value);
    return { shape: shape.map((d, i) => d + pads[i]![0] + pads[i]![1]), dtype };
  },
  reference([x], { pads, value }, out) {
    fillLoop(out, value);
    forEachRun(x!, pads, out, (from, to, length) => {
      out.data.set(x!.data.subarray(from, from + length), to);
    });
  },
  vjp({ inputs: [x], grad, attrs: { pads } }) {
    let inside = grad;
    pads.forEach(([before, after], dim) => {
      if (before + after > 0) inside = inside.slice(dim, before, before + x!.shape[dim]!);
    });
    return [inside];
  },
  wasm(k, [x], { pads, value }, out) {
    if (!fillKernel(k, out, value)) return false;
    const [source, target] = [x!.pointer, out.pointer]; // once: a getter for every run would be slow
    const bytes = bytesPerElement[out.dtype];
    forEachRun(x!, pads, out, (from, to, length) => {
      k.copy(target + to * bytes, source + from * bytes, length * bytes);
    });
    return true;
  },
  flops: noFlops,
};

/** The elements of `x` that stay side by side: where they come from, where they go, and how many. */
function forEachRun(
  x: Spec,
  pads: readonly Padding[],
  out: Spec,
  copy: (from: number, to: number, length: number) => void,
): void {
  // Everything after the last padded dim is copied in one piece.
  let last = pads.length - 1;
  while (last > 0 && pads[last]![0] + pads[last]![1] === 0) last--;
  const outer = x.shape.slice(0, Math.max(last, 0));
  const row = sizeOf(x.shape.slice(outer.length));
  const strides = stridesOf(out.shape);
  const corner = pads.reduce((sum, [before], i) => sum + before * strides[i]!, 0);
  forEachPair(outer, strides, strides, (to, _, flat) => copy(flat * row, corner + to, row));
}

/** Checks `pads`, which are for the last dims, and adds [0, 0] for the others. */
export function paddings(shape: Shape, pads: readonly Padding[], mode: string): readonly Padding[] {
  if (!(Array.isArray(pads) && pads.length <= shape.length)) {
    throw new ShapeError(
      `pad: needs at most one [before, after] per dimension of ${formatShape(shape)}, got ${shown(pads?.length ?? pads)}.`,
    );
  }
  const lead = shape.length - pads.length;
  return shape.map((size, dim) => {
    const pair = pads[dim - lead] ?? [0, 0];
    const amounts = [pair].flat(); // of JavaScript callers, who may have listed numbers
    if (amounts.length !== 2 || !amounts.every((n) => Number.isInteger(n) && n >= 0)) {
      throw new ShapeError(
        `pad: dim ${dim} needs [before, after] in whole numbers ≥ 0, got [${amounts.join(',')}]. Use slice to crop.`,
      );
    }
    for (const amount of pair) {
      const most = mode === 'reflect' ? size - 1 : size > 0 ? Infinity : 0;
      if (mode !== 'constant' && amount > 0 && amount > most) {
        throw new ShapeError(
          `pad: ${mode} can add at most ${Math.max(most, 0)} on a side of dim ${dim} of size ${size}, got ${amount}. Use mode 'constant'.`,
        );
      }
    }
    return [pair[0], pair[1]]; // a copy: the caller may change its own
  });
}

/** For every element of a padded dim, the element of the original that it repeats. */
export function borderPositions(
  mode: 'reflect' | 'replicate',
  size: number,
  [before, after]: Padding,
): Int32Array {
  checkShape('pad', [before + size + after], 'int32');
  return Int32Array.from({ length: before + size + after }, (_, i) => {
    const at = i - before;
    if (mode === 'replicate') return Math.min(Math.max(at, 0), size - 1);
    const mirrored = Math.abs(at);
    return mirrored < size ? mirrored : 2 * (size - 1) - mirrored;
  });
}
