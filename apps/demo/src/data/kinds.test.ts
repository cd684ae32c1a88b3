import { describe, expect, test } from 'vitest';
import { filesOfPage } from './files.ts';
import { kinds } from './kinds.ts';

const file = (content: BlobPart, name = 'own.csv'): File => new File([content], name);
const points = (text: string) => kinds.points.read(filesOfPage([file(text)]));
const flowers = (text: string) => kinds.flowers.read(filesOfPage([file(text)]));

describe('points', () => {
  test.each(['0,1\n0.5,2\n1,-3e1\n', 'x,d\r\n0,1\r\n0.5,2\r\n\r\n1,-30\r\n', '0;1\n.5;2\n1;-30', 'time\tvalue\n0\t1\n0.5\t2\n1\t-30\n'])(
    'are read from %j',
    async (text) => expect(await points(text)).toEqual({ x: [0, 0.5, 1], d: [1, 2, -30] }),
  );

  test.each([
    ['0,1\n0.5,abc\n', 'own.csv: line 2: expected a number in column "d", got "abc".'],
    ['0,1\n0.5\n', 'own.csv: line 2: expected 2 fields, as there are columns, got 1. Is the delimiter ","?'],
    ['0,1\n2000,1\n', 'own.csv: line 2: expected a number from -1000 to 1000 in column "x", got 2000.'],
    ['0,1\n1,2\n', 'own.csv: expected at least 3 points, got 2.'],
    ['1,1\n1,2\n1,3\n', 'own.csv: expected at least 2 different x, got 1.'],
    ['', 'own.csv: expected at least 3 points, got 0.'],
  ])('are refused with line and rule: %j', async (text, message) => {
    await expect(points(text)).rejects.toThrow(message);
  });
}); // prettier-ignore

describe('flowers', () => {
  const rows = Array.from({ length: 10 }, (_, i) => `${i},1,2,3,${i % 2 === 0 ? 'rose' : 'tulip'}`);

  test('are read with their species', async () => {
    const { measured, species, names } = await flowers(`a,b,c,d,kind\n${rows.join('\n')}`);
    expect([measured[1], species.slice(0, 3), names]).toEqual([[1, 1, 2, 3], [0, 1, 0], ['rose', 'tulip']]); // prettier-ignore
  });

  test.each([
    [[...rows, '1,2,3,-4,rose'], 'line 11: expected a number from 0 to 1000 in column "petal width", got -4.'],
    [[...rows, '1,2,3,4,'], 'line 11: expected a name in column "species", got none.'],
    [rows.slice(0, 9), 'own.csv: expected at least 10 flowers, got 9.'],
    [rows.map((row) => row.replace('rose', 'tulip')), 'own.csv: expected at least 2 species, got 1.'],
  ])('are refused with line and rule', async (lines, message) => {
    await expect(flowers(lines.join('\n'))).rejects.toThrow(message);
  }); // prettier-ignore
});

describe('a text', () => {
  const text = (content: BlobPart) => kinds.text.read(filesOfPage([file(content, 'own.txt')]));

  test('is divided into words and what stands between them, in Japanese too', async () => {
    const words = await text('The cat sleeps. 猫は眠る。 '.repeat(20));
    expect(words.slice(0, 9)).toEqual(['the', 'cat', 'sleeps', '.', '猫', 'は', '眠る', '。', 'the']);
  });

  test('is refused if it is short or not UTF-8, with the line', async () => {
    await expect(text('one two')).rejects.toThrow('own.txt: expected 100 to 200000 words, got 2.');
    const bytes = new Uint8Array([97, 10, 98, 10, 0xff, 10]);
    await expect(text(bytes)).rejects.toThrow('own.txt: line 3: expected UTF-8, got bytes that are none.');
  });
}); // prettier-ignore

test('one file is one file', async () => {
  await expect(kinds.points.read(filesOfPage([]))).rejects.toThrow('your files: expected one file, got none.');
  await expect(kinds.points.read(filesOfPage([file('', 'a'), file('', 'b')]))).rejects.toThrow('expected one file, got 2.');
}); // prettier-ignore
