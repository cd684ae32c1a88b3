/** Cutting a tensor into pieces along one dim; each piece is a slice, and gradients flow through it. */
import { requireWhole, ShapeError } from '../errors.ts';
import { isList } from '../given.ts';
import { shown } from '../options.ts';
import { formatShape, normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Pieces of the given sizes, or of one size with a shorter last one if it does not divide. */
export function split(x: Tensor, sizes: number | readonly number[], dim: number): Tensor[] {
  const d = dimOf('split', x, dim);
  const n = x.shape[d]!;
  if (!isList(sizes)) {
    if (!Number.isInteger(sizes) || sizes < 1) {
      throw new ShapeError(
        `split: the size of a piece must be a whole number ≥ 1, got ${shown(sizes)}. Use chunk for their number.`,
      );
    }
    const count = Math.max(1, Math.ceil(n / sizes)); // nothing is one empty piece
    return pieces(
      x,
      d,
      Array.from({ length: count }, (_, i) => Math.min(sizes, n - i * sizes)),
    );
  }
  const total = sizes.reduce((a, b) => a + b, 0);
  if (total !== n || !sizes.every((s) => Number.isInteger(s) && s >= 0)) {
    throw new ShapeError(
      `split: sizes must be whole numbers ≥ 0 that add up to ${n}, the size of dim ${d}, got [${sizes.join(',')}].`,
    );
  }
  return pieces(x, d, sizes);
}

/** At most `chunks` pieces of equal size, the last one maybe shorter. */
export function chunk(x: Tensor, chunks: number, dim: number): Tensor[] {
  const d = dimOf('chunk', x, dim);
  requireWhole('chunk', 'the number of pieces', chunks, 1);
  return split(x, Math.max(1, Math.ceil(x.shape[d]! / chunks)), d);
}

/** One tensor for every position of a dim, without that dim. */
export function unbind(x: Tensor, dim: number): Tensor[] {
  const d = dimOf('unbind', x, dim);
  return Array.from({ length: x.shape[d]! }, (_, i) => x.select(d, i));
}

/** The slice at one position of a dim, without that dim; negative positions count from the end. */
export function select(x: Tensor, dim: number, index: number): Tensor {
  const d = dimOf('select', x, dim);
  const n = x.shape[d]!;
  const start = index < 0 ? index + n : index;
  if (!Number.isInteger(index) || start < 0 || start >= n) {
    throw new ShapeError(
      `select: index must be a whole number from ${-n} to ${n - 1}, got ${index} for dim ${d} of ${formatShape(x.shape)}.`,
    );
  }
  return x.takeRange({ dim: d, start, step: 1, count: 1 }).reshape(x.shape.toSpliced(d, 1));
}

function dimOf(op: string, x: Tensor, dim: number): number {
  if (x.ndim === 0) {
    throw new ShapeError(`${op}: a scalar has no dimension. Unsqueeze it.`);
  }
  return normalizeDim(op, dim, x.ndim);
}

function pieces(x: Tensor, dim: number, sizes: readonly number[]): Tensor[] {
  let start = 0;
  return sizes.map((count) => {
    const from = start;
    start += count;
    return x.takeRange({ dim, start: from, step: 1, count });
  });
}
