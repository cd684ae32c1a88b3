import { rangeOf } from '../events/shade.ts';
import type { Chart } from '../exercise.ts';
import type { Series } from '../runner.ts';
import { axes, legend, scaleOf } from './axes.ts';
import { dashes, groupColour } from './colours.ts';
import { group, polyline, round, type Drawing, svg, type Mark } from './drawing.ts';

const [WIDTH, HEIGHT] = [720, 400];

/** What of a series a chart draws: its name and its points. */
export type DrawnSeries = Pick<Series, 'name'> & {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
};

/** The curves of a chart, for a file; while a run goes on the page draws them on a canvas. */
export function chartDrawing(chart: Chart, series: readonly DrawnSeries[]): Drawing {
  const log = chart.scale === 'log';
  const isDots = ({ name }: DrawnSeries): boolean => chart.dots?.includes(name) === true;
  const line = (n: number): object => ({
    stroke: groupColour(n),
    'stroke-dasharray': dashes(n).join(' ') || undefined,
  });
  const key = legend(
    series.map(({ name }) => name),
    { left: 60, width: WIDTH - 80 },
    (n, x, y) =>
      isDots(series[n]!)
        ? svg('circle', { cx: x + 6, cy: y - 4, r: 3, fill: groupColour(n) })
        : svg('line', { x1: x, y1: y - 4, x2: x + 13, y2: y - 4, 'stroke-width': 2.5, ...line(n) }),
  );
  const frame = { left: 60, right: WIDTH - 14, top: key.height + 8, bottom: HEIGHT - 42 };
  const shown = (y: number): boolean => Number.isFinite(y) && (!log || y > 0);
  const x = scaleOf(rangeOf(series.flatMap((one) => Array.from(one.x))), [frame.left, frame.right]);
  const range = rangeOf(series.flatMap((one) => Array.from(one.y).filter(shown)));
  const y = scaleOf(spread(range, log), [frame.bottom, frame.top], log);
  const drawn = series.map((one, n): Mark => {
    const px = Array.from(one.x, x.at);
    const py = Array.from(one.y, (value) => (shown(value) ? y.at(value) : Number.NaN));
    if (!isDots(one)) {
      return group(
        'line',
        svg('path', { d: polyline(px, py), fill: 'none', 'stroke-width': 1.8, ...line(n) }),
      );
    }
    const dots = px.flatMap((cx, i) =>
      Number.isFinite(py[i]!) ? [svg('circle', { cx: round(cx), cy: round(py[i]!), r: 2 })] : [],
    );
    return group('dots', dots, { fill: groupColour(n) });
  });
  return {
    width: WIDTH,
    height: HEIGHT,
    content: group('chart', [key.content, axes(x, y, chart, frame), ...drawn]),
  };
}

/** A little space above and below; equal ends would be no range. */
function spread([low, high]: readonly [number, number], log: boolean): readonly [number, number] {
  if (log) return low < high ? [low / 1.1, high * 1.1] : [low / 2, high * 2];
  const space = (high - low) * 0.04 || Math.abs(low) * 0.1 || 1;
  return [low - space, high + space];
}
