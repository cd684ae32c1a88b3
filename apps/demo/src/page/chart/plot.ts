/** The one place that knows uPlot. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatNumber } from '../../number-format.ts';
import { linearTicks, logTicks } from '../../drawings/ticks.ts';
import { align, type Curve } from './aligned.ts';
import { dashes, GROUPS } from '../../drawings/colours.ts';
import { resolved } from './resolved.ts';
import { thinned } from './thin.ts';

/** A line or cloud of a chart. */
export interface Drawn {
  readonly label: string;
  /** Which colour and dashes, counted from 0. */
  readonly order: number;
  readonly dots: boolean;
  /** Of a run that is kept to compare: fainter. */
  readonly faint: boolean;
  readonly curve: () => Curve;
  /** Runs of one kind: between their least and greatest values lies a band. */
  readonly family: string;
}

/** What a value of the chart was expected to be: a dashed line with its text. */
export interface Bound {
  readonly at: number;
  readonly text: string;
}

export interface Look {
  readonly x: string;
  readonly y: string;
  readonly log: boolean;
  readonly bounds: readonly Bound[];
}

/** A chart that is drawn anew whenever there are more points. */
export interface Plot {
  update(): void;
  resize(width: number): void;
  /** Puts the cursor on a point of x, counted from 0; null takes it away. */
  moveTo(index: number | null): void;
  show(line: number, shown: boolean): void;
  close(): void;
}

/** Values at the cursor. */
export interface At {
  readonly index: number;
  readonly count: number;
  readonly x: number;
  readonly y: readonly (number | null)[];
}

const HEIGHT = 260;
const TICKS = 6; // of the vertical axis

export function createPlot(
  element: HTMLElement,
  lines: readonly Drawn[],
  look: Look,
  onCursor: (at: At | null) => void,
): Plot {
  const soft = (): string => resolved('soft');
  const axis = (label: string, size: number): uPlot.Axis => ({
    stroke: soft,
    label,
    labelSize: 18,
    labelFont: '12px system-ui, sans-serif',
    font: '11px system-ui, sans-serif',
    size,
    gap: 4,
    grid: { stroke: () => resolved('rule'), width: 1 },
    ticks: { show: false },
  });
  const drawn = (): uPlot.AlignedData =>
    align(lines.map(({ curve }) => positive(thinned(curve()), look.log))) as uPlot.AlignedData;
  let current = drawn();
  // Where a curve says nothing at the cursor, its last value before it.
  const valueAt = (line: number, index: number): number | null => {
    for (let i = index; i >= 0; i--) {
      const value = current[line + 1]![i];
      if (value != null) return value;
    }
    return null;
  };
  const tell = (index: number | null | undefined): void => {
    const x = index == null ? undefined : current[0][index];
    if (index == null || x === undefined) return onCursor(null);
    onCursor({
      index,
      count: current[0].length,
      x,
      y: lines.map((_, line) => valueAt(line, index)),
    });
  };
  const plot = new uPlot(
    {
      width: Math.max(200, element.clientWidth),
      height: HEIGHT,
      padding: [10, 24, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: {
          time: false,
          range: (_, low, high) => (low < high ? [low, high] : [low - 1, high + 1]),
        },
        y: look.log ? { distr: 3, range: (_, low, high) => logRange(low, high, look.bounds) } : { range: (_, low, high) => linearRange(low, high, look.bounds) }, // prettier-ignore
      },
      axes: [
        {
          ...axis(look.x, 24),
          splits: (self, _, low, high) =>
            linearTicks(low, high, self.bbox.width / devicePixelRatio / 80),
          values: (_, splits) => splits.map((one) => formatNumber(one)),
        },
        {
          ...axis(look.y, 48),
          filter: (_, splits) => splits,
          splits: (_, __, low, high) => (look.log ? logTicks : linearTicks)(low, high, TICKS),
          values: (_, splits) => splits.map((one) => (one === null ? '' : shortNumber(one))),
        },
      ],
      series: [{}, ...lines.map(seriesOf)],
      hooks: {
        setCursor: [(self) => tell(self.cursor.idx)],
        drawAxes: [(self) => drawBands(self, lines)],
        draw: [(self) => drawBounds(self, look.bounds)],
      },
    },
    current,
    element,
  );
  return {
    update() {
      current = drawn();
      plot.setData(current);
    },
    resize(width) {
      plot.setSize({ width: Math.max(200, width), height: HEIGHT });
    },
    moveTo(index) {
      if (index === null) return plot.setCursor({ left: -10, top: -10 });
      const left = plot.valToPos(current[0][index] ?? 0, 'x');
      plot.setCursor({ left, top: plot.over.clientHeight / 2 });
      tell(index);
    },
    show(line, shown) {
      plot.setSeries(line + 1, { show: shown });
    },
    close() {
      plot.destroy();
    },
  };
}

function seriesOf({ label, order, dots, faint }: Drawn): uPlot.Series {
  const stroke = (): string => {
    const colour = resolved(GROUPS[order % GROUPS.length]!);
    return faint ? `color-mix(in srgb, ${colour} 45%, transparent)` : colour;
  };
  if (dots)
    return {
      label,
      stroke,
      fill: stroke,
      paths: () => null,
      points: { show: true, size: 4, fill: stroke },
    };
  return { label, stroke, width: 1.8, dash: [...dashes(order)], points: { size: 4 } };
}

/** On a logarithmic scale nothing can be 0 or less. */
function positive(curve: Curve, log: boolean): Curve {
  return log ? { x: curve.x, y: curve.y.map((value) => (value > 0 ? value : NaN)) } : curve;
}

/** The bounds that lie near enough to the curve to be shown without squeezing it. */
function linearRange(low: number, high: number, bounds: readonly Bound[]): uPlot.Range.MinMax {
  if (low == null || high == null) return [0, 1];
  const size = high - low || Math.abs(high) || 1;
  const near = bounds.map(({ at }) => at).filter((at) => at > low - size && at < high + size);
  const [least, most] = [Math.min(low, ...near), Math.max(high, ...near)];
  const space = (most - least || size) * 0.05;
  return [least >= 0 && least - space < 0 ? 0 : least - space, most + space];
}

function logRange(low: number, high: number, bounds: readonly Bound[]): uPlot.Range.MinMax {
  if (low == null || high == null || !(low > 0)) return [0.1, 1];
  const near = bounds.map(({ at }) => at).filter((at) => at > low / 100 && at < high * 100);
  const [least, most] = [Math.min(low, ...near), Math.max(high, ...near)];
  return [least / 1.15, most * 1.15];
}

/** A number for an axis: `0.001`, `1e-6`, `12k`, `1e8`. */
function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return value.toExponential(2).replace(/\.?0*e\+/, 'e');
  return size >= 10_000 ? `${formatNumber(value / 1000)}k` : formatNumber(value, 3);
}

function drawBounds(plot: uPlot, bounds: readonly Bound[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = resolved('hold');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'right';
  for (const { at, text } of bounds) {
    const y = plot.valToPos(at, 'y', true);
    if (!(y >= bbox.top && y <= bbox.top + bbox.height)) continue;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(text, bbox.left + bbox.width - 4 * devicePixelRatio, y - 5 * devicePixelRatio);
  }
  ctx.restore();
}

/** Behind lines of one family, from the least to the greatest of them, a band in their colour. */
function drawBands(plot: uPlot, lines: readonly Drawn[]): void {
  const families = new Map<string, number[]>();
  for (const [i, { family, dots }] of lines.entries()) {
    if (!dots && plot.series[i + 1]!.show !== false)
      families.set(family, [...(families.get(family) ?? []), i]);
  }
  const { ctx } = plot;
  const [x] = plot.data;
  ctx.save();
  ctx.globalAlpha = 0.1;
  for (const members of families.values()) {
    if (members.length < 2) continue;
    ctx.fillStyle = resolved(GROUPS[lines[members[0]!]!.order % GROUPS.length]!);
    const upper: [number, number][] = [];
    const lower: [number, number][] = [];
    for (let i = 0; i < x.length; i++) {
      const values = members
        .map((line) => plot.data[line + 1]![i])
        .filter((value) => value != null);
      // Where some say nothing there is no telling how far apart they are.
      if (values.length < members.length) continue;
      const at = plot.valToPos(x[i]!, 'x', true);
      upper.push([at, plot.valToPos(Math.max(...values), 'y', true)]);
      lower.push([at, plot.valToPos(Math.min(...values), 'y', true)]);
    }
    ctx.beginPath();
    for (const [at, height] of [...upper, ...lower.reverse()]) ctx.lineTo(at, height);
    ctx.fill();
  }
  ctx.restore();
}
