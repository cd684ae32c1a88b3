import { stringify } from 'csv-stringify/sync';
import type { TableEvent } from '../events/event.ts';

/** The points of a series under the names of the axes. */
export function seriesCsv(
  { x, y }: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> },
  head: readonly [x: string, y: string],
): string {
  return stringify([head, ...Array.from(x, (at, index) => [at, y[index]])].map(cells));
}

export const tableCsv = ({ columns, rows }: Pick<TableEvent, 'columns' | 'rows'>): string =>
  stringify([columns, ...rows].map(cells));

/** Cells as text, so that a truth value or NaN keeps its name. */
const cells = (row: readonly unknown[]): string[] => row.map(String);
