import { expect, test } from 'vitest';
import { contactSheet } from './contact-sheet.ts';

const grey = (value: number) => ({
  data: new Uint8Array(4).fill(value),
  channels: 1,
  height: 2,
  width: 2,
});

/** The sheet's pixels as text: a line of hexadecimal red values for each row. */
function rows(tiles: Parameters<typeof contactSheet>[1], columns: number, channel = 0): string[] {
  const event = contactSheet('sheet', tiles, columns);
  if (event.type !== 'picture') throw new Error('not a picture');
  return Array.from({ length: event.height }, (_, y) =>
    Array.from({ length: event.width }, (_, x) =>
      event.pixels[(y * event.width + x) * 3 + channel]!.toString(16),
    ).join(' '),
  );
}

test('pictures stand side by side at twice their size', () => {
  const sheet = rows([grey(1), grey(2), grey(3)], 2);
  expect(sheet).toHaveLength(4 + 2 * 8);
  expect(sheet[3]).toBe(Array(20).fill('28').join(' '));
  expect(sheet[4]).toBe('28 28 28 28 1 1 1 1 28 28 28 28 2 2 2 2 28 28 28 28');
  expect(sheet[12]).toBe('28 28 28 28 3 3 3 3 28 28 28 28 28 28 28 28 28 28 28 28');
});

test('planes of colour become colours', () => {
  const tile = { data: Uint8Array.of(10, 11, 12), channels: 3, height: 1, width: 1 };
  expect([0, 1, 2].map((channel) => rows([tile], 1, channel)[4])).toEqual([
    '28 28 28 28 a a 28 28 28 28',
    '28 28 28 28 b b 28 28 28 28',
    '28 28 28 28 c c 28 28 28 28',
  ]);
});

test('captions stand below, red where marked', () => {
  const one = rows([{ ...grey(0), caption: '1' }], 1);
  expect(one.slice(12, 22).filter((_, i) => i % 2 === 0)).toEqual([
    '28 28 28 28 28 28 ff ff 28 28 28 28',
    '28 28 28 28 ff ff ff ff 28 28 28 28',
    '28 28 28 28 28 28 ff ff 28 28 28 28',
    '28 28 28 28 28 28 ff ff 28 28 28 28',
    '28 28 28 28 ff ff ff ff ff ff 28 28',
  ]);
  expect(rows([{ ...grey(0), caption: '1', marked: true }], 1, 1)[12]).toContain('50 50');
});
