import { expect, test } from 'vitest';
import { courseRows, rowOf, SECTIONS } from './rows.ts';

test('the course has 159 rows, numbered through, in twelve sections', () => {
  expect(courseRows.map(({ row }) => row)).toEqual(Array.from({ length: 159 }, (_, i) => i + 1));
  expect(new Set(courseRows.map(({ section }) => section))).toEqual(new Set(Object.keys(SECTIONS)));
});

test.each([
  [12, 'rnn', [20, 34]],
  [44, 'lstm', [120, 120]],
  [52, 'bidirectional', [141, 141]],
  [75, 'seq2seq', [193, 193]],
  [88, 'attention', [224, 226]],
  [105, 'practice', [274, 274]],
  [123, 'architectures', [316, 325]],
  [131, 'keras', [411, 411]],
  [154, 'reinforcement', [464, 464]],
  [155, 'dcgan', [465, 469]],
])('row %i stands in its section', (row, section, lines) => {
  expect(rowOf(row)).toMatchObject({ section, lines });
});

test('every subject has a name in both languages', () => {
  for (const { subject } of courseRows) {
    expect(subject.en).not.toBe('');
    expect(subject.ja).toMatch(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}A-Z]/u);
  }
});
