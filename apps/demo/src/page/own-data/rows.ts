/** Points as lines of text, which is all that the page keeps of them. */

const LINE = /^\s*([+-]?[\d.]+(?:e[+-]?\d+)?)\s*[,;\t]\s*([+-]?[\d.]+(?:e[+-]?\d+)?)\s*$/i;

/** A point, and the line that it stands in. */
export interface Row {
  readonly line: number;
  readonly x: number;
  readonly y: number;
}

/** The points among the lines of a text; what is none is for the reader to refuse. */
export function rowsIn(text: string): Row[] {
  return text.split('\n').flatMap((one, line) => {
    const [, x, y] = LINE.exec(one) ?? [];
    return x === undefined ? [] : [{ line, x: Number(x), y: Number(y) }];
  });
}

/** The text with one more point. */
export function withRow(text: string, x: number, y: number): string {
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${before}${x},${y}\n`;
}

/** The text without a line. */
export const withoutLine = (text: string, line: number): string =>
  text
    .split('\n')
    .filter((_, i) => i !== line)
    .join('\n');
