import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { noFlops } from './infer.ts';
import { formatShape, normalizeDim, normalizeDims, stridesOf } from '../shape.ts';
import { copyStrided, copyStridedWasm } from './strided.ts';

/** The dimensions in another order. */
export const permute: OpDef<{ readonly dims: readonly number[] }> = {
  name: 'permute',
  infer([x], { dims }) {
    const { shape } = x!;
    if (dims.length !== shape.length) {
      throw new ShapeError(
        `permute: dims must name each of the ${shape.length} dimensions of ${formatShape(shape)} once, got [${dims.join(',')}].`,
      );
    }
    normalizeDims('permute', dims, shape.length); // throws if a dim is out of range or named twice
    return { shape: dims.map((d) => shape.at(d)!), dtype: x!.dtype };
  },
  reference([x], { dims }, out) {
    copyStrided(x!, out, permutedStrides(x!.shape, dims), 0);
  },
  vjp({ grad, attrs: { dims } }) {
    const inverse = [...dims];
    dims.forEach((d, i) => {
      inverse[d < 0 ? d + dims.length : d] = i;
    });
    return [grad.permute(inverse)];
  },
  wasm: (k, [x], { dims }, out) => copyStridedWasm(k, x!, out, permutedStrides(x!.shape, dims), 0),
  flops: noFlops,
};

export function permutedStrides(shape: readonly number[], dims: readonly number[]): number[] {
  const strides = stridesOf(shape);
  return dims.map((d) => strides.at(d)!);
}

/** All dims in order, but for two that change places. */
export function swappedDims(ndim: number, dim0: number, dim1: number): number[] {
  const a = normalizeDim('transpose', dim0, ndim);
  const b = normalizeDim('transpose', dim1, ndim);
  return Array.from({ length: ndim }, (_, i) => (i === a ? b : i === b ? a : i));
}
