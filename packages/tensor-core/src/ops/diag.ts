import { bytesPerElement } from '../dtype.ts';
import { run } from '../dispatch.ts';
import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { copyStrided, copyStridedWasm } from './strided.ts';

/** Where diagonal k of a matrix begins, in elements, and how long it is. */
export function diagonalOf(
  rows: number,
  columns: number,
  k: number,
): { offset: number; length: number } {
  return {
    offset: k >= 0 ? k : -k * columns,
    length: Math.max(0, Math.min(rows + Math.min(k, 0), columns - Math.max(k, 0))),
  };
}

/** Diagonal k of a matrix as a vector. */
export const takeDiagonal: OpDef<{ readonly k: number }> = {
  name: 'diag',
  infer: ([x], { k }) => ({
    shape: [diagonalOf(x!.shape[0]!, x!.shape[1]!, k).length],
    dtype: x!.dtype,
  }),
  reference([x], { k }, out) {
    const [rows, columns] = x!.shape;
    copyStrided(x!, out, [columns! + 1], diagonalOf(rows!, columns!, k).offset);
  },
  vjp({ inputs: [x], grad, attrs: { k } }) {
    const [rows, columns] = x!.shape;
    return [run(putDiagonal, [grad], { k, rows: rows!, columns: columns! })];
  },
  wasm(kernels, [x], { k }, out) {
    const [rows, columns] = x!.shape;
    const { offset } = diagonalOf(rows!, columns!, k);
    return copyStridedWasm(kernels, x!, out, [columns! + 1], offset);
  },
};

/** Zeros with a vector on diagonal k. */
export const putDiagonal: OpDef<{
  readonly k: number;
  readonly rows: number;
  readonly columns: number;
}> = {
  name: 'diag',
  infer: ([x], { rows, columns }) => ({ shape: [rows, columns], dtype: x!.dtype }),
  reference([x], { k, rows, columns }, out) {
    const { offset } = diagonalOf(rows, columns, k);
    out.data.fill(0);
    for (let i = 0; i < x!.size; i++) out.data[offset + i * (columns + 1)] = x!.data[i]!;
  },
  vjp: ({ grad, attrs: { k } }) => [run(takeDiagonal, [grad], { k })],
  wasm(kernels, [x], { k, rows, columns }, out) {
    const bytes = bytesPerElement[x!.dtype];
    const start = out.pointer + diagonalOf(rows, columns, k).offset * bytes;
    kernels.fillBytes(out.pointer, out.size * bytes, 0);
    for (let i = 0; i < x!.size; i++) {
      kernels.copy(start + i * (columns + 1) * bytes, x!.pointer + i * bytes, bytes);
    }
    return true;
  },
};

/** The matrix with a vector on diagonal k, or diagonal k of a matrix. */
export function diag(x: Tensor, k: number): Tensor {
  if (x.ndim !== 1 && x.ndim !== 2) {
    throw new ShapeError(`diag: needs a vector or a matrix, got ${formatShape(x.shape)}.`);
  }
  if (!Number.isInteger(k)) {
    throw new ShapeError(`diag: the diagonal k must be a whole number, got ${k}.`);
  }
  if (x.ndim === 2) return run(takeDiagonal, [x], { k });
  const side = x.size + Math.abs(k);
  return run(putDiagonal, [x], { k, rows: side, columns: side });
}
