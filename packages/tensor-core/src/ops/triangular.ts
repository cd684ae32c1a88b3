import { bytesPerElement } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { formatShape, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

export interface TriangleAttrs {
  /** The last diagonal kept: 0 is the main one, positive ones lie above it. */
  readonly k: number;
}

/** The matrices with everything above diagonal k set to 0. */
export const tril: OpDef<TriangleAttrs> = triangle(
  'tril',
  (row, columns, k) => [0, clip(row + k + 1, columns)],
  (grad, k) => grad.tril(k),
);

/** The matrices with everything below diagonal k set to 0. */
export const triu: OpDef<TriangleAttrs> = triangle(
  'triu',
  (row, columns, k) => [clip(row + k, columns), columns],
  (grad, k) => grad.triu(k),
);

/** The op that keeps columns [from, to) of every row. */
function triangle(
  name: string,
  kept: (row: number, columns: number, k: number) => readonly [number, number],
  again: (grad: Tensor, k: number) => Tensor,
): OpDef<TriangleAttrs> {
  return {
    name,
    infer([x], { k }) {
      if (x!.ndim < 2) {
        throw new ShapeError(
          `${name}: needs at least 2 dimensions, got ${formatShape(x!.shape)}. Unsqueeze it first.`,
        );
      }
      if (!Number.isInteger(k)) {
        throw new ShapeError(`${name}: the diagonal k must be a whole number, got ${k}.`);
      }
      return { shape: x!.shape, dtype: x!.dtype };
    },
    reference([x], { k }, out) {
      out.data.fill(0);
      const { rows, columns, total } = rowsOf(x!.shape, x!.size);
      for (let r = 0; r < total; r++) {
        const [from, to] = kept(r % rows, columns, k);
        for (let c = from; c < to; c++) out.data[r * columns + c] = x!.data[r * columns + c]!;
      }
    },
    vjp: ({ grad, attrs: { k } }) => [again(grad, k)],
    wasm(kernels, [x], { k }, out) {
      const bytes = bytesPerElement[x!.dtype];
      kernels.fillBytes(out.pointer, out.size * bytes, 0);
      const { rows, columns, total } = rowsOf(x!.shape, x!.size);
      for (let r = 0; r < total; r++) {
        const [from, to] = kept(r % rows, columns, k);
        const at = (r * columns + from) * bytes;
        kernels.copy(out.pointer + at, x!.pointer + at, (to - from) * bytes);
      }
      return true;
    },
  };
}

function clip(column: number, columns: number): number {
  return Math.min(Math.max(column, 0), columns);
}

function rowsOf(shape: Shape, size: number): { rows: number; columns: number; total: number } {
  const columns = shape.at(-1)!;
  return { rows: shape.at(-2)!, columns, total: size === 0 ? 0 : size / columns };
}
