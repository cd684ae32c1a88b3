import { DataError, formatShape, Tensor } from '@kasane/tensor-core';

/** Points as rows: a tensor (n, d), or an array of arrays. */
export type Points = Tensor | readonly ArrayLike<number>[];

/** Their numbers, row after row. */
export interface PointValues {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Reads points; throws DataError for those that are no matrix or not finite. */
export async function pointsOf(owner: string, points: Points): Promise<PointValues> {
  const { values, rows, columns } =
    points instanceof Tensor ? await ofTensor(owner, points) : ofRows(owner, points);
  const wrong = values.findIndex((v) => !Number.isFinite(v));
  if (wrong >= 0) {
    throw new DataError(
      `${owner}: every number must be finite, got ${values[wrong]} in point ${Math.floor(wrong / columns)}. Leave the point out or fill it in.`,
    );
  }
  return { values, rows, columns };
}

async function ofTensor(owner: string, points: Tensor): Promise<PointValues> {
  const [rows, columns] = points.shape;
  if (points.ndim !== 2 || columns === 0) {
    throw new DataError(
      `${owner}: points must have shape (n, d), got ${formatShape(points.shape)}.`,
    );
  }
  return { values: Float64Array.from(await points.data()), rows: rows!, columns: columns! };
}

function ofRows(owner: string, points: readonly ArrayLike<number>[]): PointValues {
  const [rows, columns] = [points.length, points[0]?.length ?? 0];
  const uneven = points.findIndex(({ length }) => length !== columns);
  if (columns === 0 || uneven >= 0) {
    throw new DataError(
      `${owner}: points must all have as many numbers as the first, ${columns}, got ${points[uneven]?.length ?? 0}.`,
    );
  }
  const values = new Float64Array(rows * columns);
  points.forEach((point, r) => values.set(point, r * columns));
  return { values, rows, columns };
}
