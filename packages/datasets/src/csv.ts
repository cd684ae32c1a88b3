import { optionsOf, DataError } from '@kasane/tensor-core';
import { decoded, type ByteChunks } from './text-lines.ts';

/** Options of `csvRows`. */
export interface CsvOptions {
  /** Stands in messages. Default `'CSV'`. */
  readonly name?: string;
  /** The names of the columns, if the first row does not have them. */
  readonly columns?: readonly string[];
  /** What separates fields. Default a comma. */
  readonly delimiter?: string;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A row of a CSV file.
 *
 * `text` and `number` read a field.
 *
 * @throws {@link DataError} in `number` for what is no finite number in decimal digits (`-1.5`, `1e3`).
 * @throws RangeError in `text` and `number` for a column that does not exist, or of which there are several.
 *
 * @example
 * import { CsvRow } from '@kasane/datasets';
 * const row = new CsvRow(['name', 'size'], ['a', '1.5'], 'list.csv: line 2');
 * row.text('name'); // => a
 * row.number('size'); // => 1.5
 */
export class CsvRow {
  readonly columns: readonly string[];
  readonly fields: readonly string[];
  /** The file and the line it begins at. */
  readonly place: string;

  constructor(columns: readonly string[], fields: readonly string[], place: string) {
    this.columns = columns;
    this.fields = fields;
    this.place = place;
  }

  /** A field as it stands. */
  text(column: string): string {
    const at = this.columns.indexOf(column);
    if (at !== this.columns.lastIndexOf(column)) {
      throw new RangeError(
        `${this.place}: there are several columns "${column}". Read fields by number, or name the columns.`,
      );
    }
    if (at >= 0) return this.fields[at]!;
    throw new RangeError(
      `${this.place}: there is no column "${column}", only ${this.columns.join(', ')}.`,
    );
  }

  /** A field as a number. */
  number(column: string): number {
    const text = this.text(column).trim();
    // Number alone would take 0x1F, 0b1 and an empty field, too.
    const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value)) return value;
    throw new DataError(`${this.place}: expected a number in column "${column}", got "${text}".`);
  }
}

/**
 * The rows of a CSV text (RFC 4180), one after the other; fields in quotes may hold delimiters, quotes and
 * line ends.
 *
 * Lines end in `\n`, `\r\n` or `\r`; a byte order mark in front is passed over. Never more than a piece and a row are held. Empty lines are skipped.
 *
 * @throws {@link DataError}, with the line, for a row that has not as many fields as there are columns, and for a quote that is not closed.
 * @throws RangeError for a delimiter that is not one character.
 *
 * @example
 * import { csvRows } from '@kasane/datasets';
 * for await (const row of csvRows('x,y\n1,"a, b"\n2,c\n')) console.log(row.number('x') * 10, row.text('y'));
 * // => 10 a, b
 * // => 20 c
 */
export async function* csvRows(
  source: string | ByteChunks,
  options?: CsvOptions,
): AsyncGenerator<CsvRow, void, undefined> {
  const {
    name = 'CSV',
    columns,
    delimiter = ',',
  } = optionsOf('csvRows', options, ['name', 'columns', 'delimiter']);
  if ([...delimiter].length !== 1 || /["\r\n]/.test(delimiter)) {
    throw new RangeError(
      `csvRows: delimiter must be one character, no quote and no line end, got ${JSON.stringify(delimiter)}.`,
    );
  }
  // Decoding has taken the mark off already.
  const texts =
    typeof source === 'string' ? [source.replace(/^\u{feff}/u, '')] : decoded(source, name);
  let names = columns;
  for await (const { fields, line } of records(texts, name, delimiter)) {
    const place = `${name}: line ${line}`;
    if (names === undefined) {
      names = fields;
      continue;
    }
    if (fields.length !== names.length) {
      throw new DataError(
        `${place}: expected ${names.length} fields, as there are columns, got ${fields.length}. Is the delimiter ${JSON.stringify(delimiter)}?`,
      );
    }
    yield new CsvRow(names, fields, place);
  }
}

interface CsvRecord {
  readonly fields: string[];
  readonly line: number;
}

async function* records(
  texts: AsyncIterable<string> | Iterable<string>,
  name: string,
  delimiter: string,
): AsyncGenerator<CsvRecord, void, undefined> {
  let fields: string[] = [];
  let field = '';
  let quoted = false; // inside of quotes
  let closed = false; // behind a closing quote, or between the two that stand for one
  let returned = false; // behind a \r, whose line end a \n only completes
  let line = 1;
  let start = 1;
  const endField = (): void => {
    fields.push(field);
    field = '';
    closed = false;
  };
  const endRecord = (): CsvRecord | null => {
    const empty = fields.length === 0 && field === '' && !closed;
    endField();
    const record = { fields, line: start };
    fields = [];
    return empty ? null : record;
  };
  for await (const text of texts) {
    for (const char of text) {
      const completes = returned && char === '\n';
      const ends = (char === '\n' && !completes) || char === '\r';
      returned = char === '\r';
      if (quoted) {
        if (char === '"') [quoted, closed] = [false, true];
        else field += char;
      } else if (char === '"' && (closed || field === '')) {
        if (closed) field += char;
        [quoted, closed] = [true, false];
      } else if (char === delimiter) endField();
      else if (ends) {
        const record = endRecord();
        if (record !== null) yield record;
        start = line + 1;
      } else if (!completes) field += char;
      if (ends) line++;
    }
  }
  if (quoted) {
    throw new DataError(
      `${name}: line ${start}: expected a closing quote, got the end of the text.`,
    );
  }
  const record = endRecord();
  if (record !== null) yield record;
}
