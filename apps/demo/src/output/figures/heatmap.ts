import * as Plot from '@observablehq/plot';
import type { HeatmapEvent } from '../../events/event.ts';
import { rangeOf } from '../../events/shade.ts';
import { svgDocument } from '../svg.ts';

const CELL = 22; // pixels at most
const SHORT = 40; // labels in a row beyond which some are left out

/** Cells in shades, labels at the left and below. */
export function heatmapSvg(title: string, event: HeatmapEvent): string {
  const { rows, columns, values, x, y } = event;
  const cells = values.flatMap((row, r) => row.map((value, c) => ({ r, c, value })));
  const marginLeft = 30 + 7 * Math.max(0, ...rows.map((row) => [...row].length));
  const cell = Math.min(CELL, (720 - marginLeft - 24) / Math.max(1, columns.length));
  const slanted = columns.some((column) => [...column].length * 7 > cell);
  const every = (count: number): number => Math.max(1, Math.ceil(count / SHORT));
  const ticks = (count: number): number[] =>
    [...Array(count).keys()].filter((i) => i % every(count) === 0);
  return svgDocument(title, {
    width: Math.max(360, marginLeft + cell * columns.length + 24),
    height: 44 + Math.max(cell, 12) * rows.length + (slanted ? 70 : 44),
    marginLeft,
    marginBottom: slanted ? 70 : 44,
    x: {
      label: x ?? null,
      padding: 0,
      domain: [...columns.keys()],
      ticks: ticks(columns.length),
      tickFormat: (c: number) => columns[c]!,
      tickRotate: slanted ? -45 : 0,
    },
    y: {
      label: y ?? null,
      padding: 0,
      domain: [...rows.keys()],
      ticks: ticks(rows.length),
      tickFormat: (r: number) => rows[r]!,
    },
    color: { scheme: 'blues', domain: event.range ?? rangeOf(values.flat()), clamp: true },
    marks: [Plot.cell(cells, { x: 'c', y: 'r', fill: 'value', inset: 0.5 })],
  });
}
