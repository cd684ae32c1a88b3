import { optionsOf } from '@kasane/tensor-core';
import { csvRows, type CsvOptions, type CsvRow } from '../csv.ts';
import { readPieces } from './file-errors.ts';

/**
 * The rows of a CSV file, each time from the start: what `csvRows` gives for its bytes.
 *
 * @throws {@link DataError} if the file cannot be read.
 * @throws {@link DataError} and RangeError as `csvRows`.
 *
 * @example
 * import { readCsv } from '@kasane/datasets/node';
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const file = join(mkdtempSync(join(tmpdir(), 'data-')), 'a.csv');
 * writeFileSync(file, 'x;y\n1;2\n3;4\n');
 * const rows = readCsv(file, { delimiter: ';' });
 * for await (const row of rows) console.log(row.number('x') + row.number('y'));
 * // => 3
 * // => 7
 */
export function readCsv(file: string, options: CsvOptions = {}): AsyncIterable<CsvRow> {
  const given = optionsOf('readCsv', options, ['name', 'columns', 'delimiter']);
  return {
    [Symbol.asyncIterator]: () => csvRows(readPieces(file), { name: file, ...given }),
  };
}
