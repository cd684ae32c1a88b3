import type { TableEvent } from '../events/event.ts';

/** The points of a series under the names of the axes. */
export function seriesCsv(
  { x, y }: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> },
  head: readonly [x: string, y: string],
): string {
  return csv([head, ...Array.from(x, (at, index) => [at, y[index]])]);
}

export const tableCsv = ({ columns, rows }: Pick<TableEvent, 'columns' | 'rows'>): string =>
  csv([columns, ...rows]);

/** Lines of cells as text, so that a truth value or NaN keeps its name; quoted as RFC 4180 wants it. */
const csv = (rows: readonly (readonly unknown[])[]): string =>
  rows.map((row) => `${row.map((cell) => quoted(String(cell))).join(',')}\n`).join('');

const quoted = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
