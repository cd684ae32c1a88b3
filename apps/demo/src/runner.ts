import type { Check } from './check.ts';
import type { Cell, Exercise, ExerciseEvent, Pictures, Preset } from './exercise.ts';
import { formatNumber } from './number-format.ts';
import type { Value } from './parameter.ts';

/** How an exercise shall run; what is absent keeps its declared value. */
export interface RunSettings {
  variant?: string;
  preset?: Preset;
  seed?: number;
  parameters?: Readonly<Record<string, Value>>;
  /** The original data, for an exercise that takes it. */
  data?: Pictures;
  signal?: AbortSignal;
  /** Told every event as it happens. */
  onEvent?: (event: ExerciseEvent) => void;
}

/** The points of one line or cloud of a chart, in the order they came. */
export interface Series {
  readonly chart: string;
  readonly name: string;
  readonly x: number[];
  readonly y: number[];
}

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Everything a run left behind. */
export interface RunRecord {
  readonly exercise: Exercise;
  readonly variant: string;
  readonly preset: Preset;
  readonly seed: number;
  readonly parameters: Readonly<Record<string, Value>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly series: readonly Series[];
  readonly tables: readonly Table[];
  readonly pictures: readonly Picture[];
  readonly checks: readonly Check[];
  readonly seconds: number;
}

/** Thrown when the signal stopped a run; says how far it had come. */
export class InterruptedError extends Error {
  override readonly name: string = 'InterruptedError';
}

export const DEFAULT_SEED = 0;

/** Each event may run this long before the event loop has its turn again, in milliseconds. */
const BREATH = 50;

/**
 * The values a run uses: the declared ones, then the quick preset's, then the variant's, then the
 * given ones, each over the one before. The names are taken on trust: the command line checks them.
 */
export function resolveParameters(
  exercise: Exercise,
  settings: Pick<RunSettings, 'variant' | 'preset' | 'parameters'>,
): Record<string, Value> {
  const quick = settings.preset === 'quick';
  const values: Record<string, Value> = {};
  for (const [name, parameter] of Object.entries(exercise.parameters)) {
    values[name] = (quick ? parameter.quick : undefined) ?? parameter.default;
  }
  const variant = exercise.variants[settings.variant ?? 'default'];
  return {
    ...values,
    ...variant?.parameters,
    ...(quick ? variant?.quick : undefined),
    ...settings.parameters,
  };
}

/**
 * Runs an exercise to its end and keeps what it reported.
 *
 * @throws InterruptedError when the signal aborts; whatever the exercise throws otherwise
 */
export async function runExercise(
  exercise: Exercise,
  settings: RunSettings = {},
): Promise<RunRecord> {
  const { variant = 'default', preset = 'full', seed = DEFAULT_SEED, data, onEvent } = settings;
  const signal = settings.signal ?? new AbortController().signal;
  const parameters = resolveParameters(exercise, { ...settings, variant, preset });
  const metrics: Record<string, number> = {};
  const series = new Map<string, Series>();
  const tables: Table[] = [];
  const pictures: Picture[] = [];
  let reached = '';

  const record = (event: ExerciseEvent): void => {
    switch (event.type) {
      case 'progress':
        reached = ` at step ${formatNumber(event.step)} of ${formatNumber(event.total)}`;
        break;
      case 'metric':
        metrics[event.name] = event.value;
        break;
      case 'series':
        append(series, event);
        break;
      case 'table':
        tables.push({ name: event.name, columns: event.columns, rows: event.rows });
        break;
      case 'picture':
        requirePixels(event);
        pictures.push(event);
        break;
    }
  };

  const start = performance.now();
  let breathed = start;
  const original = data === undefined ? {} : { data };
  const run = exercise.run({ parameters, variant, seed, preset, signal, ...original });
  for (;;) {
    if (signal.aborted) {
      await run.return([]);
      throw new InterruptedError(`${exercise.id} stopped${reached}`);
    }
    // A synchronous generator answers at once; waiting for it would cost a microtask per event.
    const answer = run.next();
    const result = answer instanceof Promise ? await answer : answer;
    const now = performance.now();
    if (result.done === true) {
      if (result.value.length === 0) throw new Error(`internal: ${exercise.id} checked nothing`);
      return {
        exercise,
        variant,
        preset,
        seed,
        parameters,
        metrics,
        series: [...series.values()],
        tables,
        pictures,
        checks: result.value,
        seconds: (now - start) / 1000,
      };
    }
    record(result.value);
    onEvent?.(result.value);
    if (now - breathed > BREATH) {
      // Keys pressed and signals sent arrive only when the event loop has a turn.
      await new Promise((resolve) => setTimeout(resolve, 0));
      breathed = performance.now();
    }
  }
}

function append(
  series: Map<string, Series>,
  { chart, name, x, y }: Extract<ExerciseEvent, { type: 'series' }>,
): void {
  const key = JSON.stringify([chart, name]);
  const points = series.get(key) ?? { chart, name, x: [], y: [] };
  series.set(key, points);
  for (const value of typeof x === 'number' ? [x] : x) points.x.push(value);
  for (const value of typeof y === 'number' ? [y] : y) points.y.push(value);
  if (points.x.length !== points.y.length) {
    throw new Error(`internal: series '${name}' has ${points.x.length} x and ${points.y.length} y`);
  }
}

function requirePixels({ name, width, height, pixels }: Picture): void {
  const count = width * height;
  if (pixels.length !== count && pixels.length !== 3 * count) {
    throw new Error(
      `internal: picture '${name}' of ${width} × ${height} has ${pixels.length} values, ` +
        `neither ${count} (grey) nor ${3 * count} (RGB)`,
    );
  }
}
