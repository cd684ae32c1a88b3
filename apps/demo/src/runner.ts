import type { Check } from './check.ts';
import { requireWhole } from './events/event.ts';
import type { ExerciseEvent, Figure, SeriesEvent } from './events/event.ts';
import type { Exercise, ExerciseData, Original, Originals, Outcome, Preset } from './exercise.ts';
import { formatNumber } from './number-format.ts';
import type { Value } from './parameter.ts';

/** How an exercise shall run; what is absent keeps its declared value. */
export interface RunSettings {
  variant?: string;
  preset?: Preset;
  seed?: number;
  parameters?: Readonly<Record<string, Value>>;
  /** The original data or one's own, for an exercise that takes it. */
  data?: Originals[Original];
  signal?: AbortSignal;
  /** Told every event as it happens; where it gives a promise, the run waits for it. */
  onEvent?: (event: ExerciseEvent) => unknown;
}

/** The points of one line or cloud of a chart, in the order they came. */
export interface Series {
  readonly chart: string;
  readonly name: string;
  readonly x: number[];
  readonly y: number[];
}

/** What events amount to. */
export interface Reported {
  readonly metrics: Record<string, number>;
  readonly series: Series[];
  /** In the order in which they first came. */
  readonly figures: Figure[];
}

/** Everything a run left behind. */
export interface RunRecord extends Readonly<Reported> {
  readonly exercise: ExerciseData;
  readonly variant: string;
  readonly preset: Preset;
  readonly seed: number;
  readonly parameters: Readonly<Record<string, Value>>;
  readonly checks: readonly Check[];
  readonly seconds: number;
  /** There where the run was on data that somebody gave. */
  readonly given?: true;
}

/** A record with what the exercise's tries can be asked about. */
export interface TrainedRecord extends RunRecord {
  readonly trained: unknown;
}

/** Thrown when the signal stopped a run; says how far it had come. */
export class InterruptedError extends Error {
  override readonly name: string = 'InterruptedError';
}

export const DEFAULT_SEED = 0;

/** After this many milliseconds the event loop has its turn between two events. */
const YIELD_MS = 50;

/**
 * The values a run uses: the declared ones, those for original data if it has them, the quick preset's, the variant's in the same order,
 * then the given ones, each over the one before. The names are taken on trust: the command line checks them.
 */
export function resolveParameters(
  exercise: ExerciseData,
  settings: Pick<RunSettings, 'variant' | 'preset' | 'parameters'> & { readonly data?: unknown },
): Record<string, Value> {
  const quick = settings.preset === 'quick';
  const original = settings.data !== undefined;
  const values: Record<string, Value> = {};
  for (const [name, parameter] of Object.entries(exercise.parameters)) {
    const own = original ? exercise.withData?.[name] : undefined;
    values[name] = (quick ? parameter.quick : undefined) ?? own ?? parameter.default;
  }
  const variant = exercise.variants[settings.variant ?? 'default'];
  return {
    ...values,
    ...variant?.parameters,
    ...(original ? variant?.withData : undefined),
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
): Promise<TrainedRecord> {
  const { variant = 'default', preset = 'full', seed = DEFAULT_SEED, data } = settings;
  const signal = settings.signal ?? new AbortController().signal;
  const parameters = resolveParameters(exercise, { ...settings, variant, preset });
  const original = data === undefined ? {} : { data };
  const start = performance.now();
  const run: Events<readonly Check[] | Outcome<unknown>> = exercise.run({
    parameters,
    variant,
    seed,
    preset,
    signal,
    ...original,
  });
  const { result, reported } = await follow(exercise.id, run, { ...settings, signal });
  const { checks, trained } = 'checks' in result ? result : { checks: result, trained: undefined };
  if (checks.length === 0) throw new Error(`internal: ${exercise.id} checked nothing`);
  for (const { name, chart } of checks) {
    if (chart === undefined || chart in exercise.charts) continue;
    throw new Error(
      `internal: ${exercise.id} has no chart '${chart}', which the check '${name}' names`,
    );
  }
  const seconds = (performance.now() - start) / 1000;
  const given = data === undefined ? {} : { given: true as const };
  return {
    exercise,
    variant,
    preset,
    seed,
    parameters,
    ...reported,
    ...given,
    checks,
    trained,
    seconds,
  };
}

/** A question to what an exercise has trained. */
export interface Question {
  /** One of the exercise's tries. */
  readonly name: string;
  /** What is asked; what is absent keeps its declared value. */
  readonly values?: Readonly<Record<string, Value>>;
}

/**
 * Asks a try of an exercise that has run.
 *
 * @throws InterruptedError when the signal aborts; UsageError for values that cannot be answered
 */
export async function askExercise(
  exercise: Exercise,
  trained: unknown,
  { name, values = {} }: Question,
  settings: Pick<RunSettings, 'signal' | 'onEvent'> = {},
): Promise<Reported> {
  const asked = exercise.tries[name];
  if (asked === undefined) throw new Error(`internal: ${exercise.id} has no try '${name}'`);
  if (trained === undefined) throw new Error(`internal: ${exercise.id} returned nothing to ask`);
  const defaults = Object.entries(asked.parameters).map(([key, one]) => [key, one.default]);
  const answer = asked.run(trained, { ...Object.fromEntries(defaults), ...values });
  const events =
    Symbol.iterator in answer ? answer[Symbol.iterator]() : answer[Symbol.asyncIterator]();
  const { reported } = await follow(`${exercise.id}, ${name}`, events, settings);
  return reported;
}

type Events<Result> = Iterator<ExerciseEvent, Result> | AsyncIterator<ExerciseEvent, Result>;

/** Goes through events to their end, tells and keeps them, and gives others their turns. */
async function follow<Result>(
  what: string,
  events: Events<Result>,
  { signal, onEvent }: Pick<RunSettings, 'signal' | 'onEvent'>,
): Promise<{ result: Result; reported: Reported }> {
  const metrics: Record<string, number> = {};
  const series = new Map<string, Series>();
  const figures = new Map<string, Figure>();
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
      default:
        requireWhole(event);
        figures.set(JSON.stringify([event.type, event.name]), event);
    }
  };

  let yielded = performance.now();
  for (;;) {
    if (signal?.aborted === true) {
      await events.return?.();
      throw new InterruptedError(`${what} stopped${reached}`);
    }
    // A synchronous generator answers at once; waiting for it would cost a microtask per event.
    const answer = events.next();
    const next = answer instanceof Promise ? await answer : answer;
    if (next.done === true) {
      const reported = { metrics, series: [...series.values()], figures: [...figures.values()] };
      return { result: next.value, reported };
    }
    record(next.value);
    const waits = onEvent?.(next.value);
    if (waits instanceof Promise) await waits;
    if (performance.now() - yielded > YIELD_MS) {
      // Keys pressed and signals sent arrive only when the event loop has a turn.
      await new Promise((resolve) => setTimeout(resolve, 0));
      yielded = performance.now();
    }
  }
}

function append(series: Map<string, Series>, { chart, name, x, y }: SeriesEvent): void {
  const key = JSON.stringify([chart, name]);
  const points = series.get(key) ?? { chart, name, x: [], y: [] };
  series.set(key, points);
  for (const value of typeof x === 'number' ? [x] : x) points.x.push(value);
  for (const value of typeof y === 'number' ? [y] : y) points.y.push(value);
  if (points.x.length !== points.y.length) {
    throw new Error(`internal: series '${name}' has ${points.x.length} x and ${points.y.length} y`);
  }
}
