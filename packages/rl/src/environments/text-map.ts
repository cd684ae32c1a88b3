import { DataError, shown } from '@kasane/tensor-core';

/** The cells of a map, one line of text per row, row by row. @internal */
export interface TextMap {
  readonly rows: number;
  readonly columns: number;
  readonly cells: string;
}

/** Reads a map: a list of rows or a text of lines, as long as each other, of the letters given. @internal */
export function textMap(
  owner: string,
  given: string | readonly string[],
  letters: string,
): TextMap {
  const isText = typeof given === 'string';
  if (!isText && (!Array.isArray(given) || given.some((row) => typeof row !== 'string'))) {
    throw new TypeError(`${owner}: a map must be a list of rows of text, got ${shown(given)}.`);
  }
  const lines = isText ? given.replace(/^\n+|\s+$/g, '').split('\n') : (given as string[]);
  const columns = lines[0]?.length ?? 0;
  if (columns === 0) throw new DataError(`${owner}: a map must have a cell, got an empty one.`);
  lines.forEach((line, i) => {
    if (line.length !== columns) {
      throw new DataError(
        `${owner}: the rows of a map must be as long as each other, got ${columns} cells in row 0 and ${line.length} in row ${i}.`,
      );
    }
    const strange = [...line].find((cell) => !letters.includes(cell));
    if (strange !== undefined) {
      const known = letters.replace(' ', '') + (letters.includes(' ') ? ' and spaces' : '');
      throw new DataError(
        `${owner}: row ${i} of the map has '${strange}', which is none of ${known}.`,
      );
    }
  });
  return { rows: lines.length, columns, cells: lines.join('') };
}

/** How likely an episode starts on each cell: the cells with the letter S, all as likely. @internal */
export function startsOf(owner: string, { cells }: TextMap): Float64Array {
  const starts = Float64Array.from(cells, (cell) => Number(cell === 'S'));
  const count = starts.reduce((a, b) => a + b);
  if (count === 0) throw new DataError(`${owner}: the map has no start, S.`);
  return starts.map((x) => x / count);
}

/** The map as text, with the agent's cell in brackets. @internal */
export function drawMap({ rows, columns, cells }: TextMap, at: number): string {
  const draw = (i: number): string => (i === at ? `[${cells[i]}]` : ` ${cells[i]} `);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => draw(row * columns + column))
      .join('')
      .trimEnd(),
  ).join('\n');
}
