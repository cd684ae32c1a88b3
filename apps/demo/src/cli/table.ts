import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Output } from './environment.ts';

/** A row of cells, of which the last of too few takes what is left of the line; or one line over all columns. */
export type Row = readonly string[] | string;

const GAP = 2;
/** No column is made narrower than this to fit a terminal. */
const NARROWEST = 6;

/** The characters of a terminal's line; in a pipe or a file a line may be as long as it is. */
export function widthOf(stream: Pick<Output, 'isTTY' | 'columns'>): number {
  return stream.isTTY ? stream.columns || 80 : Infinity;
}

/** Text no line of which is longer than a width. */
export function wrap(text: string, width: number): string {
  return width === Infinity ? text : wrapAnsi(text, width, { hard: true, trim: false });
}

/**
 * Columns held apart by spaces: as good to read on a terminal as to grep in a file. Where the terminal is narrower than the table, cells
 * are wrapped, widest columns first; where even that does not do, every row becomes a list.
 */
export function drawTable(head: readonly string[], rows: readonly Row[], width: number): string {
  const full = [head, ...rows].filter((row) => typeof row !== 'string');
  const natural = head.map((_, column) =>
    Math.max(...full.map((row) => cellWidth(row, column, head.length))),
  );
  const widths = narrowed(natural, width - GAP * (head.length - 1));
  if (widths === null) return listed(head, rows, width);
  return [head, ...rows]
    .map((row) => (typeof row === 'string' ? wrap(row, width) : line(row, widths, width)))
    .map((text) => `${text}\n`)
    .join('');
}

function cellWidth(row: readonly string[], column: number, columns: number): number {
  const open = row.length < columns && column === row.length - 1;
  return open
    ? 0
    : Math.max(0, ...(row[column] ?? '').split('\n').map((text) => stringWidth(text)));
}

/** Widths that together are no more than a sum, taken from the widest; null if that would be too narrow. */
function narrowed(natural: readonly number[], sum: number): readonly number[] | null {
  const widths = [...natural];
  for (let over = widths.reduce((a, b) => a + b, 0) - sum; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= NARROWEST) return null;
    widths[widest]!--;
  }
  return widths;
}

function line(row: readonly string[], widths: readonly number[], width: number): string {
  const before = (column: number): number =>
    widths.slice(0, column).reduce((sum, one) => sum + one + GAP, 0);
  const cells = row.map((cell, column) => {
    const open = row.length < widths.length && column === row.length - 1;
    return wrap(cell, open ? width - before(column) : widths[column]!).split('\n');
  });
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, i) =>
    cells
      .map((lines, column) => {
        const text = (lines[i] ?? '').trimEnd();
        return text + ' '.repeat(Math.max(0, (widths[column] ?? 0) + GAP - stringWidth(text)));
      })
      .join('')
      .trimEnd(),
  ).join('\n');
}

/** Each row as lines `column: value`, with an empty line behind it. */
function listed(head: readonly string[], rows: readonly Row[], width: number): string {
  return rows
    .map((row) => {
      const lines = typeof row === 'string' ? [row] : row.map((cell, i) => `${head[i]}: ${cell}`);
      return lines.map((text) => `${wrap(text, width)}\n`).join('');
    })
    .join('\n');
}
