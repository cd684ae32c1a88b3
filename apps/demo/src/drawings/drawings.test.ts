import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { svgDocument } from './document.ts';
import { drawingOf, type DrawnFigure } from './figure.ts';

/** One of each kind; `gallery` draws them to be looked at. */
export const figures: readonly DrawnFigure[] = [
  {
    type: 'heatmap',
    name: 'attention',
    rows: ['je', 'suis', 'étudiant', '.'],
    columns: ['I', 'am', 'a', 'student', '.'],
    values: [
      [0.9, 0.05, 0.02, 0.02, 0.01],
      [0.2, 0.7, 0.05, 0.04, 0.01],
      [0.01, 0.05, 0.3, 0.6, 0.04],
      [0, 0.01, 0.01, 0.08, 0.9],
    ],
    x: 'source',
    y: 'target',
    range: [0, 1],
  },
  {
    type: 'scatter',
    name: 'decision',
    x: 'petal length',
    y: 'petal width',
    groups: [
      { name: 'one', x: [1, 2, 2.5], y: [1, 2, 1.2], labels: ['a', 'b', 'c'] },
      { name: 'two', x: [4, 4.5], y: [3, 2.2] },
      { name: 'border', x: [0, 5], y: [4, 0], line: true },
    ],
    regions: { x: [0, 5], y: [0, 4], columns: 4, groups: [1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1] },
  },
  {
    type: 'grid',
    name: 'policy',
    cells: [
      [{ text: 'S', arrows: ['right'] }, { arrows: ['down'], shade: 0.2 }, { arrows: ['left', 'down'] }],
      [{ text: 'H', tone: 'bad', shade: 0.9 }, { arrows: ['right'], shade: 0.5 }, { text: 'G', tone: 'good', shade: 0.9 }],
    ],
    rows: ['upper', 'lower'],
  },
  {
    type: 'tokens',
    name: 'surprise',
    tokens: ['the', 'cats', 'near', 'the', 'dog', 'sleeps', '猫は', '眠る', '.'],
    values: [0.1, 0.4, 0.2, 0.05, 0.3, 0.95, 0.5, 0.8, 0.01],
  },
  { type: 'tensor', name: 'z^t', shape: [2, 3], values: [0.1, -0.5, 2, 0, 1.25, 3.5] },
]; // prettier-ignore

const svgOf = (figure: DrawnFigure) => {
  const text = svgDocument(`Test: ${figure.name}`, drawingOf(figure));
  for (const absent of ['NaN', 'undefined', 'var(']) expect(text).not.toContain(absent);
  const svg = parseHTML(text).document.querySelector('svg')!;
  expect(svg.getAttribute('xmlns')).toBe('http://www.w3.org/2000/svg');
  expect(svg.textContent).toContain(`Test: ${figure.name}`);
  return svg;
};
const [heatmap, scatter, grid, tokens, tensor] = figures as [DrawnFigure, DrawnFigure, DrawnFigure, DrawnFigure, DrawnFigure]; // prettier-ignore

describe('as SVG', () => {
  test('a heatmap has a cell for each value and its labels', () => {
    const svg = svgOf(heatmap);
    const paths = [...svg.querySelectorAll('.cells path')].map((path) => path.getAttribute('d')!);
    expect(paths.join('').match(/M/g)).toHaveLength(20);
    expect(paths.length).toBeGreaterThan(5); // shades
    for (const word of ['étudiant', 'student', 'source', 'target']) {
      expect(svg.textContent).toContain(word);
    }
  });

  test('a scatter has its points, its line, its regions and its words', () => {
    const svg = svgOf(scatter);
    expect(svg.querySelectorAll('.points circle')).toHaveLength(5);
    expect(svg.querySelectorAll('.line path')).toHaveLength(1);
    const regions = [...svg.querySelectorAll('.regions path')].map((path) =>
      path.getAttribute('d')!,
    );
    // Neighbours in a row are one rectangle.
    expect(regions.map((path) => path.match(/M/g)?.length ?? 0)).toEqual([3, 4, 0]);
    for (const word of ['a', 'b', 'c', 'border', 'petal length']) {
      expect(svg.textContent).toContain(word);
    }
  });

  test('a grid has its cells, texts, arrows and names of rows', () => {
    const svg = svgOf(grid);
    expect(svg.querySelectorAll('.cell rect')).toHaveLength(6);
    expect(svg.querySelectorAll('.arrows path')).toHaveLength(5);
    for (const word of ['S', 'H', 'G', 'upper', 'lower']) expect(svg.textContent).toContain(word);
  });

  test('tokens stand in order, each with its number', () => {
    const svg = svgOf(tokens);
    expect(svg.querySelectorAll('.token rect')).toHaveLength(9);
    for (const word of ['sleeps', '0.95', '猫は']) expect(svg.textContent).toContain(word);
  });

  test('a tensor has its shape and its numbers', () => {
    const svg = svgOf(tensor);
    expect(svg.querySelectorAll('.cell rect')).toHaveLength(6);
    for (const word of ['[2,3]', '-0.5', '1.25']) expect(svg.textContent).toContain(word);
  });
});
