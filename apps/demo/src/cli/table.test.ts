import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { recorder } from '../../test/recorder.ts';
import { drawTable, widthOf, wrap, type Row } from './table.ts';

const head = ['name', 'what it is', 'value'];
const rows: readonly Row[] = [
  'a line over all columns',
  ['形', 'the shape of a tensor, its sizes one after the other', '[2,3]'],
  ['size', 'how many', '6'],
  ['NO', 'a reason that takes what is left of the line'],
];

describe('a table', () => {
  test('holds its columns apart by two spaces, Japanese two columns wide', () => {
    expect(drawTable(head, rows, Infinity)).toBe(
      'name  what it is                                            value\n' +
        'a line over all columns\n' +
        '形    the shape of a tensor, its sizes one after the other  [2,3]\n' +
        'size  how many                                              6\n' +
        'NO    a reason that takes what is left of the line\n',
    );
  });

  test('wraps its widest column where the terminal is narrower', () => {
    expect(drawTable(head, rows, 40)).toBe(
      'name  what it is                   value\n' +
        'a line over all columns\n' +
        '形    the shape of a tensor, its   [2,3]\n' +
        '      sizes one after the other\n' +
        'size  how many                     6\n' +
        'NO    a reason that takes what is left\n' +
        '      of the line\n',
    );
  });

  test('becomes a list where not even narrow columns fit', () => {
    expect(drawTable(['a', 'b b b b b b b'], [['1', '2'], 'line', ['3', '4']], 8)).toBe(
      'a: 1\nb b b b \nb b b: 2\n\nline\n\na: 3\nb b b b \nb b b: 4\n',
    );
  });

  test.each([5, 10, 20, 30, 40, 50, 64])(
    'is no wider than %i columns and loses nothing',
    (width) => {
      const text = drawTable(head, rows, width);
      for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      const flat = text.replaceAll(/\s/g, '');
      for (const word of ['a', 'shape', 'tensor,', '[2,3]', 'many', '6', 'reason', 'line', '形']) {
        expect(flat).toContain(word);
      }
    },
  );
});

test('the width is that of a terminal, 80 where it does not know, and none in a pipe', () => {
  expect(widthOf(recorder({ isTTY: true, columns: 40 }))).toBe(40);
  expect(widthOf(recorder({ isTTY: true, columns: 0 }))).toBe(80);
  expect(widthOf(recorder({ columns: 40 }))).toBe(Infinity);
});

test('a text is wrapped with its colours', () => {
  expect(wrap('\u001B[32mone two\u001B[39m', 4)).toBe(
    '\u001B[32mone \u001B[39m\n\u001B[32mtwo\u001B[39m',
  );
  expect(wrap('one two', Infinity)).toBe('one two');
});
