import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Chart } from '../exercise.ts';
import type { Series } from '../runner.ts';

interface Point {
  x: number;
  y: number;
  name: string;
}

/** One chart as a standalone SVG document. */
export function chartSvg(title: string, chart: Chart, series: readonly Series[]): string {
  const { document } = parseHTML('<!doctype html><title>chart</title>');
  const points = (one: Series): Point[] =>
    one.x.map((x, index) => ({ x, y: one.y[index] ?? Number.NaN, name: one.name }));
  const isDots = (one: Series): boolean => chart.dots?.includes(one.name) === true;
  const channels = { x: 'x', y: 'y' } as const;
  const figure = Plot.plot({
    document,
    width: 720,
    height: 420,
    marginLeft: 56,
    marginRight: 24,
    marginTop: 44,
    x: { label: chart.x },
    y: { label: chart.y, type: chart.scale ?? 'linear', grid: true, tickFormat: '~g' },
    color: { domain: series.map((one) => one.name) },
    marks: [
      Plot.text([title], { frameAnchor: 'top', dy: -32, fontSize: 13, fontWeight: 'bold' }),
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
  figure.setAttribute('style', 'background: white');
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${figure.outerHTML}\n`;
}
