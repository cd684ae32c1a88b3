import type { HeatmapEvent } from '../events/event.ts';
import { rangeOf } from '../events/shade.ts';
import { formatNumber } from '../number-format.ts';
import { colour } from './colours.ts';
import { boxes, group, text, widthOf, type Drawing, svg, type Mark } from './drawing.ts';

const LEVELS = 24;
const LABEL = 13; // pixels that a label needs beside the next

/** Where the cells of a heatmap are, for whoever points at them. */
export function heatmapPlace({
  rows,
  columns,
  x,
  y,
}: Pick<HeatmapEvent, 'rows' | 'columns' | 'x' | 'y'>): {
  readonly left: number;
  readonly top: number;
  readonly cell: readonly [width: number, height: number];
} {
  const side = Math.max(6, Math.min(34, 520 / Math.max(columns.length, 1)));
  const high = Math.max(6, Math.min(28, side, 640 / Math.max(rows.length, 1)));
  const label = Math.max(0, ...rows.map((row) => widthOf(row, 11)));
  return {
    left: Math.min(160, label) + 10 + (y === undefined ? 0 : 18),
    top: x === undefined ? 4 : 22,
    cell: [side, high],
  };
}

/** A signed matrix is blue above 0 and red below; any other is darker where it is greater. */
function levels({
  values,
  range,
}: HeatmapEvent): (value: number) => readonly [sign: 1 | -1, level: number] {
  const [low, high] = range ?? rangeOf(values.flat());
  const signed = low < 0 && high > 0;
  const most = Math.max(-low, high);
  return (value) => {
    const part = signed ? Math.abs(value) / most : (value - low) / (high - low || 1);
    const level = Math.round(Math.min(1, Math.max(0, part || 0)) * LEVELS);
    return [signed && value < 0 ? -1 : 1, level];
  };
}

/** Cells in shades, one path for each shade; labels where there is room for them. */
export function heatmapDrawing(event: HeatmapEvent): Drawing {
  const { rows, columns, values, x, y } = event;
  const { left, top, cell: [wide, high] } = heatmapPlace(event); // prettier-ignore
  const level = levels(event);
  const shades = new Map<number, [number, number, number, number][]>();
  for (const [r, row] of values.entries()) {
    for (const [c, value] of row.entries()) {
      const [sign, shade] = level(value);
      const cells = shades.get(sign * shade) ?? [];
      shades.set(sign * shade, cells);
      cells.push([left + c * wide, top + r * high, wide - 0.8, high - 0.8]);
    }
  }
  const paths = [...shades]
    .sort(([a], [b]) => a - b)
    .map(([shade, cells]) =>
      svg('path', {
        key: shade,
        d: boxes(cells),
        fill: colour(shade < 0 ? 'vermilion' : 'indigo'),
        'fill-opacity': Math.round((0.05 + (0.95 * Math.abs(shade)) / LEVELS) * 100) / 100,
      }),
    );
  const everyRow = Math.ceil(LABEL / high);
  const slanted = columns.some((column) => widthOf(column, 11) > wide - 2);
  const everyColumn = Math.ceil((slanted ? LABEL + 3 : LABEL) / wide);
  const bottom = top + rows.length * high;
  const rowLabels = rows.flatMap((row, r): Mark[] =>
    r % everyRow > 0
      ? []
      : [text(left - 5, top + (r + 0.5) * high + 4, row, { size: 11, anchor: 'end' })],
  );
  const columnLabels = columns.flatMap((column, c): Mark[] => {
    if (c % everyColumn > 0) return [];
    const at = left + (c + 0.5) * wide;
    return slanted
      ? [text(at + 4, bottom + 12, column, { size: 11, anchor: 'end', turn: -50 })]
      : [text(at, bottom + 14, column, { size: 11, anchor: 'middle' })];
  });
  const below = slanted ? 14 + 0.8 * Math.max(...columns.map((column) => widthOf(column, 11))) : 20;
  const [low, most] = event.range ?? rangeOf(values.flat());
  const width = Math.max(left + columns.length * wide + 8, 120);
  return {
    width,
    height: bottom + below + 18,
    content: group('heatmap', [
      ...(x === undefined ? [] : [text(left, 13, `${x} →`)]),
      ...(y === undefined
        ? []
        : [text(12, (top + bottom) / 2, `← ${y}`, { anchor: 'middle', turn: -90 })]),
      group('cells', paths),
      ...rowLabels,
      ...columnLabels,
      text(left, bottom + below + 12, `${formatNumber(low)} … ${formatNumber(most)}`, { size: 11 }),
    ]),
  };
}
