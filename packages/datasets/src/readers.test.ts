import { DataError } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRows, parseCifar10, textLines, type ByteChunks, type CsvOptions } from './index.ts';

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
