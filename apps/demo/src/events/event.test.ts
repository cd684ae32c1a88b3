import { describe, expect, test } from 'vitest';
import { requireWhole, type Figure } from './event.ts';
import { rangeOf, shadeColor, shadeOf } from './shade.ts';

describe('a figure that contradicts itself is refused', () => {
  test.each<[string, Figure]>([
    ["table 't' has 2 columns and a row of 1", { type: 'table', name: 't', columns: ['a', 'b'], rows: [[1]] }],
    ["picture 'p' of 2 × 2 has 3 values, neither 4 (grey) nor 12 (RGB)", { type: 'picture', name: 'p', width: 2, height: 2, pixels: new Uint8Array(3) }],
    ["heatmap 'h' of 1 × 2 has rows of 1", { type: 'heatmap', name: 'h', rows: ['a'], columns: ['b', 'c'], values: [[1]] }],
    ["scatter 's' has 1 x, 2 y and no labels in 'g'", { type: 'scatter', name: 's', x: '', y: '', groups: [{ name: 'g', x: [1], y: [1, 2] }] }],
    ["scatter 's' has 3 places in rows of 2", { type: 'scatter', name: 's', x: '', y: '', groups: [], regions: { x: [0, 1], y: [0, 1], columns: 2, groups: [0, 0, 0] } }],
    ["grid 'g' has rows of 1, 2 cells", { type: 'grid', name: 'g', cells: [[{}], [{}, {}]] }],
    ["grid 'g' has 1 rows and 2 names of rows", { type: 'grid', name: 'g', cells: [[{}]], rows: ['a', 'b'] }],
    ["tokens 'w' has 1 tokens and 0 values", { type: 'tokens', name: 'w', tokens: ['a'], values: [] }],
    ["tensor 'z' of shape [2,3] has 5 values", { type: 'tensor', name: 'z', shape: [2, 3], values: [1, 2, 3, 4, 5] }],
  ])('%s', (message, figure) => {
    expect(() => requireWhole(figure)).toThrow(`internal: ${message}`);
  }); // prettier-ignore
});

test('shades go from light to dark within a range', () => {
  expect([-1, 0, 5, 10, 11, NaN].map((v) => shadeOf(v, [0, 10]))).toEqual([0, 0, 0.5, 1, 1, 0]);
  expect(shadeOf(3, [3, 3])).toBe(0);
  expect(shadeColor(0)).toEqual([255, 255, 255]);
  expect(shadeColor(1, 'good')).toEqual([0, 110, 60]);
});

test('a range spans the finite values', () => {
  expect(rangeOf([3, NaN, -1, Infinity])).toEqual([-1, 3]);
  expect(rangeOf([])).toEqual([0, 1]);
});
