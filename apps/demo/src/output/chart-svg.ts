import * as Plot from '@observablehq/plot';
import type { Chart } from '../exercise.ts';
import type { Series } from '../runner.ts';
import { svgDocument } from './svg.ts';

interface Point {
  x: number;
  y: number;
  name: string;
}

/** One chart as a standalone SVG document. */
export function chartSvg(title: string, chart: Chart, series: readonly Series[]): string {
  const points = (one: Series): Point[] =>
    one.x.map((x, index) => ({ x, y: one.y[index] ?? Number.NaN, name: one.name }));
  const isDots = (one: Series): boolean => chart.dots?.includes(one.name) === true;
  const type = chart.scale ?? 'linear';
  const channels = { x: 'x', y: 'y' } as const;
  return svgDocument(title, {
    height: 420,
    marginLeft: 56,
    x: { label: chart.x },
    // 450 and not 4.5e+2; a logarithmic scale leaves out labels, which only a format in text lets it do.
    y: { label: chart.y, type, grid: true, tickFormat: type === 'log' ? '~g' : '~r' },
    color: { domain: series.map((one) => one.name) },
    marks: [
      ...series.map((one) =>
        isDots(one)
          ? Plot.dot(points(one), { ...channels, stroke: 'name', r: 2 })
          : Plot.lineY(points(one), { ...channels, stroke: 'name' }),
      ),
      // A legend of Plot's would be HTML beside the drawing; the names stand in its corner instead.
      ...series.map((one, row) =>
        Plot.text([one], {
          text: 'name',
          fill: 'name',
          stroke: 'white', // a halo, where a line passes below
          frameAnchor: 'top-right',
          textAnchor: 'end',
          dy: 14 * row,
          fontSize: 11,
        }),
      ),
    ],
  });
}
