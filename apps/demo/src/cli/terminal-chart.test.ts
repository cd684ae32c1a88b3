import { expect, test } from 'vitest';
import { drawTerminalChart } from './terminal-chart.ts';

const pipe = { isTTY: false, columns: 80 };
const falling = { chart: 'loss', name: 'seed 0', x: [] as number[], y: [] as number[] };
for (let step = 1; step <= 5000; step++) {
  falling.x.push(step);
  falling.y.push(10 ** (-step / 1000));
}

test('a falling loss falls from the left to the right, within the width', () => {
  const lines = drawTerminalChart('loss', { x: 'step', y: 'loss' }, [falling], pipe).split('\n');
  expect(lines[0]).toBe('loss: loss against step');
  const rows = lines.filter((line) => /[┗┓━]/.test(line));
  expect(rows[0]?.indexOf('━')).toBeLessThan(rows.at(-1)?.lastIndexOf('━') ?? 0);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.join('\n')).toContain('█ seed 0');
});

test('no colour codes in a pipe, one colour for each series on a terminal', () => {
  const series = [falling, { ...falling, name: 'seed 1', y: falling.y.map((y) => y / 2) }];
  const chart = { x: 'step', y: 'loss' };
  expect(drawTerminalChart('loss', chart, series, pipe)).not.toContain('\u001B');
  const coloured = drawTerminalChart('loss', chart, series, { isTTY: true, columns: 80 });
  expect(coloured).toContain('\u001B[36m█\u001B[0m seed 0');
  expect(coloured).toContain('\u001B[33m█\u001B[0m seed 1');
});

test('a logarithmic chart is labelled with the values themselves', () => {
  const text = drawTerminalChart('loss', { x: 'step', y: 'loss', scale: 'log' }, [falling], pipe);
  expect(text).toMatch(/^ +0\.01┤/m);
  expect(text).toMatch(/^ *0\.0001┤/m);
});

test('dots stand among the lines', () => {
  const data = { chart: 'fit', name: 'data', x: [1000, 4000], y: [0.9, 0.8] };
  const chart = { x: 'x', y: 'y', dots: ['data'] };
  expect(drawTerminalChart('fit', chart, [data, falling], pipe).match(/●/g)).toHaveLength(2);
});

test('a chart without lines shows its dots', () => {
  const data = { chart: 'fit', name: 'data', x: [0, 1, 2], y: [1, 3, 2] };
  const chart = { x: 'x', y: 'y', dots: ['data'] };
  expect(drawTerminalChart('fit', chart, [data], pipe).match(/●/g)).toHaveLength(3);
});

test('NaN and Infinity are left out, and a chart of nothing else says so', () => {
  const diverged = { chart: 'loss', name: 'seed 0', x: [1, 2, 3], y: [Number.NaN, Infinity, 1] };
  const chart = { x: 'step', y: 'loss' };
  expect(drawTerminalChart('loss', chart, [diverged], pipe)).not.toContain('NaN');
  const lost = { ...diverged, y: [Number.NaN, Number.NaN, Number.NaN] };
  expect(drawTerminalChart('loss', chart, [lost], pipe)).toBe('loss: no finite point to draw.\n');
});
