import type { TableEvent } from '../events/event.ts';

/** Lines of a chart, a column for each: a row has the values that they have there, and an empty cell where a line has none. */
export function seriesCsv(lines: readonly Line[], x: string): string {
  const rows = new Map<number, unknown[][]>();
  for (const [column, line] of lines.entries()) {
    const seen = new Map<number, number>();
    for (const [index, at] of Array.from(line.x).entries()) {
      const there = rows.get(at) ?? [];
      rows.set(at, there);
      // A line may come to the same place more than once, as points of a cloud do.
      const times = seen.get(at) ?? 0;
      seen.set(at, times + 1);
      (there[times] ??= [at, ...lines.map(() => '')])[column + 1] = line.y[index];
    }
  }
  const sorted = [...rows].toSorted(([a], [b]) => a - b).flatMap(([, there]) => there);
  return csv([[x, ...lines.map(({ name }) => name)], ...sorted]);
}

interface Line {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export const tableCsv = ({ columns, rows }: Pick<TableEvent, 'columns' | 'rows'>): string =>
  csv([columns, ...rows]);

/** Lines of cells as text, so that a truth value or NaN keeps its name; quoted as RFC 4180 wants it. */
const csv = (rows: readonly (readonly unknown[])[]): string =>
  rows.map((row) => `${row.map((cell) => quoted(String(cell))).join(',')}\n`).join('');

const quoted = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
