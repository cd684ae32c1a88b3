/**
 * What an exercise reports while it runs: the vocabulary of its pictures. Each kind that is drawn has a file here with its form in a
 * terminal, and one in `output/` with its form in a file.
 */

import type { Title } from '../exercise.ts';
import type { Tone } from './shade.ts';

/** A table's cell. */
export type Cell = number | string | boolean;

/** How far a run is. */
export interface ProgressEvent {
  type: 'progress';
  step: number;
  total: number;
  loss?: number;
}

/** One number that a run amounts to. */
export interface MetricEvent {
  type: 'metric';
  name: string;
  value: number;
}

/** One point, or many at once, added to the series `name` of a declared chart. */
export interface SeriesEvent<ChartName extends string = string> {
  type: 'series';
  chart: ChartName;
  name: string;
  x: number | readonly number[];
  y: number | readonly number[];
}

/** A question whose options are the rows of a table. */
export interface Asked {
  /** Also the name of the check that holds the answer. */
  readonly id: string;
  readonly question: Title;
  /** The rows that are right. */
  readonly right: readonly number[];
}

/** Rows under named columns. */
export interface TableEvent {
  type: 'table';
  name: string;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
  /** Who can be asked chooses among the rows before seeing more than their first cells. */
  asks?: Asked;
}

/** Row by row from the top: `width × height` grey values, or three times as many for RGB. */
export interface PictureEvent {
  type: 'picture';
  name: string;
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** A matrix as colours: attention, a confusion matrix, gates over time. */
export interface HeatmapEvent {
  type: 'heatmap';
  name: string;
  /** The label of each row, from the top, and of each column; several may be the same. */
  rows: readonly string[];
  columns: readonly string[];
  /** A row of values for each row. */
  values: readonly (readonly number[])[];
  /** What the columns and the rows are: `time`, `unit`. */
  x?: string;
  y?: string;
  /** The values of the lightest and the darkest colour. Default: the least and the greatest. */
  range?: readonly [low: number, high: number];
}

/** Points of one group, in one colour. */
export interface PointGroup {
  name: string;
  x: readonly number[];
  y: readonly number[];
  /** A word for each point. */
  labels?: readonly string[];
  /** Joins the points in their order by a line, instead of drawing them. */
  line?: boolean;
}

/** Points in the plane: a latent space, embeddings, data with its curve, the regions of a decision. */
export interface ScatterEvent {
  type: 'scatter';
  name: string;
  /** What the axes show. */
  x: string;
  y: string;
  groups: readonly PointGroup[];
  /** What lies behind the points: a raster of places, row by row from the top, each the number of a group. */
  regions?: {
    x: readonly [low: number, high: number];
    y: readonly [low: number, high: number];
    columns: number;
    groups: readonly number[];
  };
}

/** The way an arrow of a cell points. */
export type Arrow = 'up' | 'down' | 'left' | 'right';

/** One cell of a grid; all that it has is drawn, none of it is needed. */
export interface GridCell {
  text?: string;
  /** From 0, light, to 1, dark. */
  shade?: number;
  /** Shade in green for what is right or good, in red for what is not. */
  tone?: Tone;
  arrows?: readonly Arrow[];
}

/** Cells in rows: a policy, a board, the bits of a sum. */
export interface GridEvent {
  type: 'grid';
  name: string;
  cells: readonly (readonly GridCell[])[];
  /** Names beside the rows. */
  rows?: readonly string[];
}

/** Text, a number for each token: a probability, an attention, how much it surprised. */
export interface TokensEvent {
  type: 'tokens';
  name: string;
  tokens: readonly string[];
  values: readonly number[];
  /** The values of the lightest and the darkest colour. Default: 0 and the greatest. */
  range?: readonly [low: number, high: number];
}

/** A small tensor with its name in a formula, so that this can stand beside the numbers. */
export interface TensorEvent {
  type: 'tensor';
  /** As the formula writes it: `z^t`. */
  name: string;
  shape: readonly number[];
  /** Row-major. */
  values: ArrayLike<number>;
}

/** What is drawn by itself; of two with one type and name the later one stands. */
export type Figure =
  | TableEvent
  | PictureEvent
  | HeatmapEvent
  | ScatterEvent
  | GridEvent
  | TokensEvent
  | TensorEvent;

/** What an exercise reports while it runs. `ChartName` are the charts it declares. */
export type ExerciseEvent<ChartName extends string = string> =
  | ProgressEvent
  | MetricEvent
  | SeriesEvent<ChartName>
  | Figure;

/** Whether an event is drawn by itself. */
export function isFigure(event: ExerciseEvent): event is Figure {
  return event.type !== 'progress' && event.type !== 'metric' && event.type !== 'series';
}

/**
 * Refuses a figure that contradicts itself.
 *
 * @throws Error naming the figure and the counts
 */
export function requireWhole(figure: Figure): void {
  const refuse = (what: string): never => {
    throw new Error(`internal: ${figure.type} '${figure.name}' ${what}`);
  };
  switch (figure.type) {
    case 'table':
      for (const row of figure.rows) {
        if (row.length !== figure.columns.length) {
          refuse(`has ${figure.columns.length} columns and a row of ${row.length}`);
        }
      }
      break;
    case 'picture': {
      const { width, height, pixels } = figure;
      const count = width * height;
      if (pixels.length !== count && pixels.length !== 3 * count) {
        refuse(
          `of ${width} × ${height} has ${pixels.length} values, neither ${count} (grey) nor ${3 * count} (RGB)`,
        );
      }
      break;
    }
    case 'heatmap': {
      const { rows, columns, values } = figure;
      if (values.length !== rows.length || values.some((row) => row.length !== columns.length)) {
        refuse(
          `of ${rows.length} × ${columns.length} has rows of ${values.map((row) => row.length).join(', ')}`,
        );
      }
      break;
    }
    case 'scatter':
      for (const { name, x, y, labels } of figure.groups) {
        if (x.length !== y.length || (labels !== undefined && labels.length !== x.length)) {
          refuse(
            `has ${x.length} x, ${y.length} y and ${labels?.length ?? 'no'} labels in '${name}'`,
          );
        }
      }
      if (figure.regions !== undefined) {
        const { columns, groups } = figure.regions;
        if (groups.length % columns !== 0)
          refuse(`has ${groups.length} places in rows of ${columns}`);
      }
      break;
    case 'grid': {
      const { cells, rows } = figure;
      const wide = cells[0]?.length;
      if (cells.some((row) => row.length !== wide)) {
        refuse(`has rows of ${cells.map((row) => row.length).join(', ')} cells`);
      }
      if (rows !== undefined && rows.length !== cells.length) {
        refuse(`has ${cells.length} rows and ${rows.length} names of rows`);
      }
      break;
    }
    case 'tokens':
      if (figure.tokens.length !== figure.values.length) {
        refuse(`has ${figure.tokens.length} tokens and ${figure.values.length} values`);
      }
      break;
    case 'tensor': {
      const size = figure.shape.reduce((product, n) => product * n, 1);
      if (figure.values.length !== size) {
        refuse(`of shape [${figure.shape.join(',')}] has ${figure.values.length} values`);
      }
      break;
    }
  }
}
