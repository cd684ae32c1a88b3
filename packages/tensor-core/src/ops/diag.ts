import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * The matrix with a vector on diagonal k, or diagonal k of a matrix: in row-major order a diagonal is
 * every (columns + 1)-th element from its first on.
 */
export function diag(x: Tensor, k: number): Tensor {
  if (x.ndim !== 1 && x.ndim !== 2) {
    throw new ShapeError(`diag: needs a vector or a matrix, got ${formatShape(x.shape)}.`);
  }
  if (!Number.isInteger(k)) {
    throw new ShapeError(`diag: the diagonal k must be a whole number, got ${k}.`);
  }
  const side = x.size + Math.abs(k);
  const [rows, columns] = x.ndim === 2 ? x.shape : [side, side];
  const count = Math.max(0, Math.min(rows! + Math.min(k, 0), columns! - Math.max(k, 0)));
  const diagonal = { dim: 0, start: k >= 0 ? k : -k * columns!, step: columns! + 1, count };
  return x.ndim === 2
    ? x.flatten().takeRange(diagonal)
    : x.unslice([side * side], diagonal).reshape([side, side]);
}
