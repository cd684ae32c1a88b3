import { expect, test } from 'vitest';
import { rowsIn, withoutLine, withRow } from './rows.ts';

test('points are lines, which come and go', () => {
  const text = withRow(withRow('x,d', 0.5, -2), 1, 3e-7);
  expect(text).toBe('x,d\n0.5,-2\n1,3e-7\n');
  expect(rowsIn(text)).toEqual([{ line: 1, x: 0.5, y: -2 }, { line: 2, x: 1, y: 3e-7 }]); // prettier-ignore
  expect(rowsIn('1,2,3\n; 4 ; 5\n 4 ;\t5\n1,two')).toEqual([{ line: 2, x: 4, y: 5 }]);
  expect(withoutLine(text, 1)).toBe('x,d\n1,3e-7\n');
});
