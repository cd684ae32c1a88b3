import { plot } from 'simple-ascii-chart';
import stringWidth from 'string-width';
import type { Color, Point, Settings } from 'simple-ascii-chart';
import type { Chart } from '../exercise.ts';
import { formatNumber } from '../number-format.ts';
import type { Series } from '../runner.ts';
import type { Output } from './environment.ts';
import { isColoured } from './report.ts';
import { widthOf, wrap } from './table.ts';

const COLORS: readonly Color[] = [
  'ansiCyan',
  'ansiYellow',
  'ansiMagenta',
  'ansiGreen',
  'ansiBlue',
  'ansiRed',
];
const HEIGHT = 12;
const NARROWEST = 8;
const TICKS = 5;

/** One chart in characters, within the terminal's width: lines as lines, series declared as dots as dots. */
export function drawTerminalChart(
  name: string,
  chart: Chart,
  series: readonly Series[],
  stream: Pick<Output, 'isTTY' | 'columns'>,
): string {
  const columns = stream.columns || 80;
  // Room for the labels of the vertical axis, within what people read comfortably.
  const width = Math.max(NARROWEST, Math.min(72, columns - 14));
  const text = draw(name, chart, series, { width, coloured: isColoured(stream) });
  // Title and names are words, which may go on in the next line; the axis stands for the drawing.
  const axis = text.split('\n').find((line) => line.includes('└')) ?? '';
  const over = Math.min(stringWidth(axis) - columns, width - NARROWEST);
  const narrower = { width: width - over, coloured: isColoured(stream) };
  return wrap(over > 0 ? draw(name, chart, series, narrower) : text, widthOf(stream));
}

function draw(
  name: string,
  chart: Chart,
  series: readonly Series[],
  { width, coloured }: { readonly width: number; readonly coloured: boolean },
): string {
  const log = chart.scale === 'log';
  const drawn = series.map((one) => ({ name: one.name, points: visible(one, log) }));
  const all = drawn.flatMap(({ points }) => points);
  if (all.length === 0) return `${name}: no finite point to draw.\n`;

  const isDots = (one: { name: string }): boolean => chart.dots?.includes(one.name) === true;
  const lines = drawn.filter((one) => !isDots(one) && one.points.length > 0);
  const dots = drawn.filter((one) => isDots(one) && one.points.length > 0);
  // Without any line there is nothing for the library to plot, so the dots take its place.
  const coordinates =
    lines.length > 0 ? lines.map((one) => thin(one.points, width)) : dots.map((one) => one.points);
  const color = (index: number): Color => COLORS[index % COLORS.length] ?? 'ansiWhite';
  const names = lines.length > 0 ? lines : dots;
  const settings: Settings = {
    width,
    height: HEIGHT,
    title: `${name}: ${chart.y} against ${chart.x}`,
    mode: lines.length > 0 ? 'line' : 'point',
    customXAxisTicks: ticks(all.map(([x]) => x)),
    customYAxisTicks: ticks(all.map(([, y]) => y)),
    formatter: (value, { axis }) => formatNumber(log && axis === 'y' ? 10 ** value : value, 3),
    legend: { position: 'bottom', series: names.map((one) => one.name) },
    ...(lines.length > 0 && dots.length > 0
      ? { points: dots.flatMap((one) => one.points.map(([x, y]) => ({ x, y }))) }
      : {}),
    ...(coloured ? { color: names.map((_, index) => color(index)) } : {}),
  };
  const text = plot(coordinates.length === 1 ? (coordinates[0] ?? []) : coordinates, settings);
  return `${text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '')}\n`;
}

/** The finite points, on the scale they are drawn on. */
function visible({ x, y }: Series, log: boolean): Point[] {
  const points: Point[] = [];
  for (const [index, at] of x.entries()) {
    const raw = y[index] ?? Number.NaN;
    const value = log ? Math.log10(raw) : raw;
    if (Number.isFinite(at) && Number.isFinite(value)) points.push([at, value]);
  }
  return points;
}

/** One mean point for each column of characters: more would overwrite each other at random. */
function thin(points: Point[], columns: number): Point[] {
  if (points.length <= columns) return points;
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * points.length) / columns);
    const group = points.slice(from, Math.floor(((column + 1) * points.length) / columns));
    const mean = (axis: 0 | 1): number =>
      group.reduce((sum, point) => sum + point[axis], 0) / group.length;
    return [mean(0), mean(1)];
  });
}

/** Round values through the range of the given ones: 1, 2 or 5 times a power of ten apart. */
function ticks(values: readonly number[]): number[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high) return [low];
  const power = 10 ** Math.floor(Math.log10((high - low) / TICKS));
  const step = power * ([1, 2, 5].find((factor) => (high - low) / (factor * power) <= TICKS) ?? 10);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}
