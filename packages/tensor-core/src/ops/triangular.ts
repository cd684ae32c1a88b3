import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Matrices with everything above diagonal k (`tril`) or below it (`triu`) set to 0; 0 is the main
 * diagonal, positive ones lie above it.
 */
export function triangle(name: 'tril' | 'triu', x: Tensor, k: number): Tensor {
  if (x.ndim < 2) {
    throw new ShapeError(
      `${name}: needs at least 2 dimensions, got ${formatShape(x.shape)}. Unsqueeze it.`,
    );
  }
  if (!Number.isInteger(k)) {
    throw new ShapeError(`${name}: the diagonal k must be a whole number, got ${k}.`);
  }
  // 1, 2, … for the rows, and for the columns.
  const [rows, columns] = [-2, -1].map((dim) =>
    x.newFull([x.shape.at(dim)!], 1, 'int32').cumsum(0),
  );
  const last = rows!.add(k).unsqueeze(1);
  const kept = name === 'tril' ? last.greaterEqual(columns!) : last.lessEqual(columns!);
  return kept.where(x, x.newFull([], 0));
}
