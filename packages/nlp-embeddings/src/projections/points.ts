import { DataError, formatShape, isTensor, shown, type Tensor } from '@kasane/tensor-core';

/** Points as rows: a tensor (n, d), or an array of arrays. */
export type Points = Tensor | readonly ArrayLike<number>[];

/** Their numbers, row after row. */
export interface PointValues {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Reads points; throws DataError for those that are no matrix or not finite. */
export async function pointsOf(
  owner: string,
  points: Points,
  what: string = 'points',
): Promise<PointValues> {
  const { values, rows, columns } = isTensor(points)
    ? await ofTensor(owner, points, what)
    : ofRows(owner, points, what);
  const wrong = values.findIndex((v) => !Number.isFinite(v));
  if (wrong >= 0) {
    throw new DataError(
      `${owner}: every number must be finite, got ${values[wrong]} in point ${Math.floor(wrong / columns)}. Leave the point out or fill it in.`,
    );
  }
  return { values, rows, columns };
}

async function ofTensor(owner: string, points: Tensor, what: string): Promise<PointValues> {
  const [rows, columns] = points.shape;
  if (points.ndim !== 2 || columns === 0) {
    throw new DataError(
      `${owner}: ${what} must have shape (n, d), got ${formatShape(points.shape)}.`,
    );
  }
  return { values: Float64Array.from(await points.data()), rows: rows!, columns: columns! };
}

function ofRows(owner: string, points: readonly ArrayLike<number>[], what: string): PointValues {
  requireRows(`${owner}: ${what} must be a tensor (n, d) or an array of arrays of numbers`, points);
  const rows = points.length;
  const columns = points[0]?.length ?? 0;
  if (columns === 0) {
    throw new DataError(`${owner}: ${what} must have at least one number each, got none.`);
  }
  const uneven = points.findIndex(({ length }) => length !== columns);
  if (uneven >= 0) {
    throw new DataError(
      `${owner}: ${what} must all have as many numbers as the first, ${columns}, got ${points[uneven]!.length}.`,
    );
  }
  const values = new Float64Array(rows * columns);
  points.forEach((point, r) => values.set(point, r * columns));
  return { values, rows, columns };
}

/** Throws DataError, beginning with the rule, unless points are an array of arrays, whatever stands in those. */
export function requireRows(rule: string, points: readonly ArrayLike<number>[]): void {
  if (!Array.isArray(points)) throw new DataError(`${rule}, got ${shown(points)}.`);
  const wrong = points.findIndex((row) => !(Array.isArray(row) || ArrayBuffer.isView(row)));
  if (wrong >= 0) throw new DataError(`${rule}, got ${shown(points[wrong])} as point ${wrong}.`);
}
