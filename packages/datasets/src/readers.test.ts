import { DataError } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CsvRow,
  csvRows,
  parseCifar10,
  textLines,
  type ByteChunks,
  type CsvOptions,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** A text in pieces of a few bytes, which cut characters apart. */
const pieces = (text: string, size: number): Uint8Array[] => {
  const all = bytes(text);
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    all.subarray(i * size, (i + 1) * size),
  );
};

describe('parseCifar10', () => {
  const record = (label: number, value: number): Uint8Array =>
    Uint8Array.of(label, ...new Uint8Array(3072).fill(value));

  it('reads several files one after the other', async () => {
    const images = await parseCifar10([
      { name: '1', bytes: Uint8Array.of(...record(3, 7), ...record(0, 8)) },
      { name: '2', bytes: record(9, 9) },
    ]);
    expect([images.length, images.labels.join(), images.origin]).toEqual([3, '3,0,9', '1, 2']);
    expect([0, 1, 2].map((i) => images.image(i).data[3071])).toEqual([7, 8, 9]);
  });

  it('says where a label is none, and where a file ends within a picture', async () => {
    const wrong = Uint8Array.of(...record(1, 0), ...record(11, 0));
    await expect(parseCifar10([{ name: 'b.bin', bytes: wrong }])).rejects.toThrow(
      new DataError('b.bin: byte 3073: expected a label from 0 to 9, got 11.'),
    );
    for (const length of [0, 1, 3072, 3074]) {
      await expect(
        parseCifar10([{ name: 'b.bin', bytes: wrong.subarray(0, length) }]),
      ).rejects.toThrow(`b.bin: byte ${length}: expected pictures of 3073 bytes`);
    }
  });
});

describe('textLines', () => {
  const lines = async (chunks: ByteChunks): Promise<string[]> => {
    const all: string[] = [];
    for await (const line of textLines(chunks, 'f')) all.push(line);
    return all;
  };

  it('cuts at line ends, wherever the pieces are cut', async () => {
    for (const size of [1, 2, 3, 100]) {
      expect(await lines(pieces('犬と\r\n\nネコ', size))).toEqual(['犬と', '', 'ネコ']);
      expect(await lines(pieces('a\n', size))).toEqual(['a']);
    }
    expect(await lines([])).toEqual([]);
  });

  it('says where bytes are no UTF-8', async () => {
    await expect(lines([bytes('ab'), Uint8Array.of(0xff, 0x41)])).rejects.toThrow(
      'f: bytes 2 to 4: expected UTF-8, got bytes that are none.',
    );
    await expect(lines([bytes('犬').subarray(0, 2)])).rejects.toThrow(DataError);
  });
});

describe('csvRows', () => {
  const fields = async (source: string | ByteChunks, options?: CsvOptions): Promise<string[][]> => {
    const all: string[][] = [];
    for await (const row of csvRows(source, options)) all.push([...row.fields]);
    return all;
  };

  it('reads back what was written, whatever stands in the fields and wherever pieces are cut', async () => {
    const field = fc.stringMatching(/^[a,"\n\r 犬;]{0,6}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(field, field), { maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (rows, size) => {
          const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
          const text = rows.map((row) => `${row.map(quoted).join()}\r\n`).join('');
          expect(await fields(pieces(text, size), { columns: ['x', 'y'] })).toEqual(rows);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes every line end, wherever pieces are cut, and counts lines alike', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = ['a,b', '1,"x', 'y"', '', '2,', '3'].join(end) + end;
      for (const source of [text, ...[1, 2, 3, 4, 5].map((size) => pieces(text, size))]) {
        const rows: string[][] = [];
        const read = async (): Promise<void> => {
          for await (const { fields, place } of csvRows(source)) rows.push([place, ...fields]);
        };
        await expect(read()).rejects.toThrow('CSV: line 6: expected 2 fields');
        expect(rows).toEqual([
          ['CSV: line 2', '1', `x${end}y`],
          ['CSV: line 5', '2', ''],
        ]);
      }
    }
  });

  it('passes over a byte order mark, in texts and bytes, before quotes as well', async () => {
    for (const header of ['a,b', '"a",b', '"a","b"']) {
      const text = `\u{feff}${header}\n1,2\n`;
      for (const source of [text, pieces(text, 1), pieces(text, 2), [bytes(text)]]) {
        for await (const row of csvRows(source)) {
          expect(row.columns).toEqual(['a', 'b']);
          expect(row.number('a')).toBe(1);
        }
      }
      expect(await fields(text, { columns: ['x', 'y'] })).toEqual([
        ['a', 'b'],
        ['1', '2'],
      ]);
    }
  });

  it('takes numbers in decimal digits, and nothing else for one', () => {
    const number = (text: string): number => new CsvRow(['x'], [text], 'line 1').number('x');
    expect(['1e3', ' -2.5 ', '+.5', '7.', '1E-2', '007'].map(number)).toEqual([
      1000, -2.5, 0.5, 7, 0.01, 7,
    ]);
    const none = ['', ' ', '0x1F', '0b1', '0o7', 'Infinity', '-Infinity', 'NaN', '1_000', '1,5'];
    for (const text of [...none, '1e999', '1e', '.', '1 2', '１']) {
      expect(() => number(text)).toThrow('line 1: expected a number in column "x", got');
    }
  });

  it('does not choose between columns of one name', async () => {
    for await (const row of csvRows('a,b,a\n1,2,3\n')) {
      expect(row.number('b')).toBe(2);
      expect(() => row.text('a')).toThrow(
        'CSV: line 2: there are several columns "a". Read fields by number, or name the columns.',
      );
    }
  });

  it('wants a delimiter of one character', async () => {
    expect(await fields('a\u{1f600}b\n1\u{1f600}2', { delimiter: '\u{1f600}' })).toEqual([
      ['1', '2'],
    ]);
    for (const delimiter of ['', '||', '"', '\n']) {
      await expect(fields('a,b', { delimiter })).rejects.toThrow(
        'csvRows: delimiter must be one character',
      );
    }
  });

  it('takes names from the first row, another delimiter, and skips empty lines', async () => {
    expect(await fields('a;b\n\n1;2\n')).toEqual([['1;2']]);
    expect(await fields('a;b\n\n1;2', { delimiter: ';' })).toEqual([['1', '2']]);
    expect(await fields('')).toEqual([]);
  });

  it('says in which line a row is ragged, a quote open, or a field no number', async () => {
    const name = 'd.csv';
    await expect(fields('a,b\n"x\ny",2\n3\n', { name })).rejects.toThrow(
      new DataError(
        'd.csv: line 4: expected 2 fields, as there are columns, got 1. Is the delimiter ","?',
      ),
    );
    await expect(fields('a,b\n1,"2\n', { name })).rejects.toThrow(
      'd.csv: line 2: expected a closing quote, got the end of the text.',
    );
    for await (const row of csvRows('a,b\n1e3,\n', { name })) {
      expect(row.number('a')).toBe(1000);
      expect(() => row.number('b')).toThrow(
        'd.csv: line 2: expected a number in column "b", got "".',
      );
      expect(() => row.text('c')).toThrow('d.csv: line 2: there is no column "c", only a, b.');
    }
  });
});
