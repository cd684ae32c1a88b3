import { describe, expect, test } from 'vitest';
import type { Figure } from '../../events/event.ts';
import { drawFigure } from './draw.ts';
import { styleOf } from './style.ts';

const plain = { columns: 40, color: false };
const draw = (figure: Figure, style = plain): string => drawFigure(figure, style, () => 'table\n');
const widest = (text: string): number =>
  // oxlint-disable-next-line no-control-regex -- colours take no room
  Math.max(...text.split('\n').map((line) => [...line.replaceAll(/\u001B\[[\d;]*m/g, '')].length));

const heatmap: Figure = {
  type: 'heatmap',
  name: 'attention',
  rows: ['je', 'suis'],
  columns: ['I', 'am'],
  values: [[1, 0], [0.5, 0.75]],
  x: 'source',
  y: 'target',
}; // prettier-ignore

describe('a heatmap', () => {
  test('is rows of blocks, darker for greater values, with its labels', () => {
    expect(draw(heatmap)).toBe(
      'attention\ndown: target; across: source; 0 light, 1 dark\n  je ███\nsuis ▒▒▒▓▓▓\n     I  am\n',
    );
  });

  test('has each column as wide as its label needs', () => {
    expect(draw({ ...heatmap, columns: ['one', 'two'] })).toContain(
      'suis ▒▒▒▒▓▓▓▓\n     one two\n',
    );
  });

  test('puts columns together where there are too many for the terminal', () => {
    const columns = Array.from({ length: 200 }, (_, i) => String(i));
    const text = draw({ ...heatmap, columns, values: [columns.map(Number), columns.map(() => 0)] });
    expect(text).toContain('each column the mean of 6');
    expect(widest(text.split('\n').slice(2).join('\n'))).toBeLessThanOrEqual(40);
  });

  test('shows what is no number as light', () => {
    expect(draw({ ...heatmap, values: [[NaN, 1], [0, 0]] })).toContain('  je    ███\n'); // prettier-ignore
  });
});

describe('a scatter', () => {
  const groups = [
    { name: 'one', x: [0, 10], y: [0, 10] },
    { name: 'two', x: [10], y: [0] },
  ];
  const scatter: Figure = { type: 'scatter', name: 'plane', x: 'across', y: 'up', groups };

  test('has a symbol for each group, at its place', () => {
    const lines = draw(scatter).split('\n');
    expect(lines[1]).toBe('up, up: 0 to 10; across, across: 0 to 10');
    expect(lines[2]).toBe(`│${' '.repeat(37)}●`);
    expect(lines[19]).toBe(`│●${' '.repeat(36)}○`);
    expect(lines.at(-2)).toBe('● one   ○ two');
  });

  test('shows the regions of the groups behind them', () => {
    const regions = { x: [0, 10], y: [0, 10], columns: 2, groups: [0, 1] } as const;
    expect(draw({ ...scatter, regions }).split('\n')[4]).toBe(
      `│${'·'.repeat(19)}${':'.repeat(19)}`,
    );
  });

  test('draws lines from point to point, below the points', () => {
    const border = { name: 'border', x: [0, 10], y: [10, 0], line: true };
    const lines = draw({ ...scatter, groups: [...groups, border] }).split('\n');
    expect(lines[2]).toMatch(/^│─+ +●$/);
    expect(lines[19]).toMatch(/^│● +─*○$/);
    expect(lines.slice(3, 19).every((line) => line.includes('─'))).toBe(true);
  });

  test('leaves out points that are nowhere', () => {
    const text = draw({ ...scatter, groups: [{ name: 'one', x: [NaN, 1], y: [1, 1] }] });
    expect(text.match(/●/g)).toHaveLength(2); // one, and in the legend
  });
});

describe('a grid', () => {
  test('shows text, arrows, and shades where there is nothing else', () => {
    const cells = [
      [{ text: 'S' }, { arrows: ['right', 'down'] }],
      [{ shade: 1 }, {}],
    ] as const;
    expect(draw({ type: 'grid', name: 'policy', cells })).toBe('policy\nS  →↓\n█\n');
  });

  test('names its rows', () => {
    const cells = [[{ text: '1' }], [{ text: '0' }]];
    expect(draw({ type: 'grid', name: 'bits', cells, rows: ['a', 'sum'] })).toBe('bits\na   1\nsum 0\n'); // prettier-ignore
  });

  test('fits the terminal', () => {
    const cells = [Array.from({ length: 8 }, () => ({ text: 'a long word' }))];
    const text = draw({ type: 'grid', name: 'wide', cells });
    expect(widest(text)).toBeLessThanOrEqual(40);
    expect(text).toContain('a l…');
  });
});

describe('tokens', () => {
  const tokens = ['the', 'cats', 'sleep'];
  const figure: Figure = { type: 'tokens', name: 'surprise', tokens, values: [0, 0.5, 1] };

  test('have their numbers behind them where there are no colours', () => {
    expect(draw(figure)).toBe('surprise\nthe(0) cats(0.5) sleep(1)\n');
  });

  test('are shaded where there are', () => {
    expect(draw(figure, { columns: 40, color: true })).toContain('48;2;8;48;107msleep\u001B[0m');
  });

  test('go on in the next line', () => {
    expect(draw(figure, { columns: 20, color: false })).toBe(
      'surprise\nthe(0) cats(0.5)\nsleep(1)\n',
    );
  });
});

test('a tensor is its name, its shape and its numbers in rows', () => {
  const values = [1, -0.5, 0, 2.25];
  expect(draw({ type: 'tensor', name: 'z^t', shape: [2, 2], values })).toBe(
    'z^t [2,2]\n     1  -0.5\n     0  2.25\n',
  );
});

describe('a picture', () => {
  const figure: Figure = { type: 'picture', name: 'two', width: 1, height: 2, pixels: Uint8Array.of(0, 255) }; // prettier-ignore

  test('is two rows of pixels in a line', () => {
    expect(draw(figure, { columns: 40, color: true })).toContain(
      '\u001B[38;2;0;0;0;48;2;255;255;255m▀\u001B[0m\n',
    );
  });

  test('is its size where there are no colours', () => {
    expect(draw(figure)).toBe('two\n1 × 2 pixels; --out writes them as PNG.\n');
  });
});

test('a terminal has colours unless NO_COLOR says no', () => {
  expect(styleOf({ isTTY: true, columns: 100 })).toEqual({ columns: 100, color: true });
  process.env['NO_COLOR'] = '1';
  expect(styleOf({ isTTY: true, columns: 100 }).color).toBe(false);
  delete process.env['NO_COLOR'];
  expect(styleOf({ isTTY: false, columns: 80 })).toEqual({ columns: 120, color: false });
});
