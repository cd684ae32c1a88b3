import type { Figure, HeatmapEvent, ScatterEvent, TableEvent } from '../src/events/event.ts';
import { rangeOf } from '../src/events/shade.ts';
import type { Thumbnail } from '../src/page/contents/recorded.ts';
import type { RunRecord, Series } from '../src/runner.ts';

const POINTS = 36; // of a line
const LINES = 4;
const DOTS = 120; // of all groups
const CELLS = 24; // in a row and in a column

const whole = (part: number): number => Math.round(100 * Math.min(1, Math.max(0, part)));
const within = (value: number, [low, high]: readonly [number, number]): number =>
  high > low ? (value - low) / (high - low) : 0.5;

/** Some of many, evenly, the first and the last among them. */
function some<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return Array.from(
    { length: count },
    (_, i) => all[Math.round((i * (all.length - 1)) / (count - 1))]!,
  );
}

/** The picture of a run: its questions if it asks some, its points where it has many, else its matrix, else its curves. */
export function thumbnailOf({
  exercise,
  figures,
  series,
}: Pick<RunRecord, 'exercise' | 'figures' | 'series'>): Thumbnail | null {
  const last = <T extends Figure['type']>(type: T): Extract<Figure, { type: T }> | undefined =>
    figures.findLast((one): one is Extract<Figure, { type: T }> => one.type === type);
  const questions = figures.filter(
    (one): one is TableEvent => one.type === 'table' && one.asks !== undefined,
  );
  if (questions.length > 0) return ofQuestions(questions);
  const scatter = last('scatter');
  if (scatter !== undefined && scatter.groups.some(({ x, line }) => line !== true && x.length >= 8))
    return ofScatter(scatter);
  const heatmap = last('heatmap');
  if (heatmap !== undefined && heatmap.rows.length * heatmap.columns.length >= 9)
    return ofHeatmap(heatmap);
  const grid = last('grid');
  if (grid !== undefined && grid.cells.flat().some(({ arrows }) => arrows !== undefined)) {
    const shades = grid.cells.map((row) =>
      row.map(
        ({ shade, tone }) =>
          (tone === 'bad' ? -1 : 1) * (shade ?? (tone === undefined ? 0.08 : 0.5)),
      ),
    );
    return cellsOf(shades, 1);
  }
  for (const [name, chart] of Object.entries(exercise.charts)) {
    const own = series.filter((one) => one.chart === name && one.x.length > 2);
    if (own.length > 0) return ofSeries(own, chart.scale === 'log');
  }
  return null;
}

/** A column for each question, its options one below the other, those that are right dark. */
function ofQuestions(questions: readonly TableEvent[]): Thumbnail {
  const most = Math.max(...questions.map(({ rows }) => rows.length));
  const shade = ({ rows, asks }: TableEvent, option: number): number =>
    asks!.right.includes(option) ? 0.9 : option < rows.length ? 0.25 : 0; // whoever is here asks
  const rows = Array.from({ length: most }, (_, option) =>
    questions.map((one) => shade(one, option)),
  );
  return cellsOf(rows, 1);
}

function ofScatter({ groups }: ScatterEvent): Thumbnail {
  const x = rangeOf(groups.flatMap((one) => [...one.x]));
  const y = rangeOf(groups.flatMap((one) => [...one.y]));
  const points = (one: ScatterEvent['groups'][number], count: number): number[] =>
    some([...one.x.keys()], count).flatMap((i) => [
      whole(within(one.x[i]!, x)),
      whole(1 - within(one.y[i]!, y)),
    ]);
  const clouds = groups.filter(({ line }) => line !== true);
  const lines = groups.filter(({ line }) => line === true);
  return {
    dots: clouds.map((one) => points(one, Math.ceil(DOTS / clouds.length))),
    ...(lines.length === 0
      ? {}
      : { lines: lines.slice(0, LINES).map((one) => points(one, POINTS)) }),
  };
}

function ofHeatmap({ values, range }: HeatmapEvent): Thumbnail {
  const [low, high] = range ?? rangeOf(values.flat());
  if (low < 0 && high > 0) return cellsOf(values, Math.max(-low, high));
  return cellsOf(
    values.map((row) => row.map((value) => within(value, [low, high]))),
    1,
  );
}

/** Values up to `most` as shades, those below 0 in letters of their own. */
function cellsOf(values: readonly (readonly number[])[], most: number): Thumbnail {
  const rows = some(values, CELLS).map((row) => some(row, CELLS));
  const letter = (value: number): string => {
    const level = Math.round(15 * Math.min(1, Math.abs(value) / most || 0));
    return (value < 0 ? level + 16 : level).toString(32);
  };
  return { columns: rows[0]?.length ?? 0, cells: rows.flat().map(letter).join('') };
}

function ofSeries(series: readonly Series[], log: boolean): Thumbnail {
  const height = (value: number): number => (log ? Math.log(value) : value);
  const shown = some(series, LINES);
  const x = rangeOf(shown.flatMap((one) => one.x));
  const y = rangeOf(shown.flatMap((one) => one.y.map(height)));
  return {
    lines: shown.map(
      (one) =>
      some([...one.x.keys()].filter((i) => Number.isFinite(height(one.y[i]!))), POINTS)
        .flatMap((i) => [whole(within(one.x[i]!, x)), whole(1 - within(height(one.y[i]!), y))]), // prettier-ignore
    ),
  };
}
