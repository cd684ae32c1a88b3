import type { Check } from '../check.ts';
import { rowOf } from '../course/rows.ts';
import type { ListedExercise, Title } from '../exercise.ts';
import type { Parameters } from '../parameter.ts';
import type { Figure } from '../events/event.ts';
import type { Reported, RunRecord } from '../runner.ts';

/** A number as JSON can hold it: what is not finite becomes its name, `'NaN'`. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** What `demo run --json` prints. */
export interface JsonResult {
  id: string;
  variant: string;
  seed: number;
  metrics: Record<string, JsonNumber>;
  checks: {
    name: string;
    rows: readonly number[];
    expected: JsonNumber | string | boolean;
    measured: JsonNumber | string | boolean;
    holds: boolean;
    /** False where it speaks of the data that an exercise has by default, and the run was on other data. */
    applies?: false;
  }[];
  seconds: number;
  /** There where the run was on data that somebody gave. */
  data?: 'given';
  /** What `--try` was answered. */
  answer?: { metrics: Record<string, JsonNumber>; figures: readonly Figure[] };
}

/** One element of what `demo list --json` prints. */
export interface JsonExercise {
  id: string;
  title: Title;
  summary: string;
  rows: readonly number[];
  /** Lines of the course's report where these rows stand. */
  lines: readonly number[];
  packages: readonly string[];
  variants: readonly string[];
  parameters: Parameters;
  tries: Readonly<Record<string, Parameters>>;
}

export function jsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

const jsonValue = (value: Check['measured']): JsonNumber | string | boolean =>
  typeof value === 'number' ? jsonNumber(value) : value;

const jsonMetrics = (metrics: Readonly<Record<string, number>>): Record<string, JsonNumber> =>
  Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, jsonNumber(value)]));

export function jsonResult(record: RunRecord, answer?: Reported): JsonResult {
  return {
    id: record.exercise.id,
    variant: record.variant,
    seed: record.seed,
    metrics: jsonMetrics(record.metrics),
    checks: record.checks.map(({ name, rows, expected, measured, holds, applies }) => ({
      name,
      rows,
      expected: jsonValue(expected),
      measured: jsonValue(measured),
      holds,
      ...(applies === undefined ? {} : { applies }),
    })),
    seconds: Math.round(record.seconds * 1000) / 1000,
    ...(record.given === true ? { data: 'given' as const } : {}),
    ...(answer && { answer: { metrics: jsonMetrics(answer.metrics), figures: answer.figures } }),
  };
}

export function jsonExercise(exercise: ListedExercise): JsonExercise {
  const { id, title, summary, rows, packages, parameters } = exercise;
  const variants = ['default', ...Object.keys(exercise.variants)];
  const lines = [...new Set(rows.flatMap((row) => rowOf(row).lines))].sort((a, b) => a - b);
  const tries = Object.fromEntries(
    Object.entries(exercise.tries).map(([name, one]) => [name, one.parameters]),
  );
  return { id, title, summary, rows, lines, packages, variants, parameters, tries };
}
