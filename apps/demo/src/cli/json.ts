import type { Check } from '../check.ts';
import type { Exercise, Title } from '../exercise.ts';
import type { Parameters } from '../parameter.ts';
import type { RunRecord } from '../runner.ts';

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
  }[];
  seconds: number;
}

/** One element of what `demo list --json` prints. */
export interface JsonExercise {
  id: string;
  title: Title;
  summary: string;
  lines: readonly number[];
  packages: readonly string[];
  variants: readonly string[];
  parameters: Parameters;
}

export function jsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

const jsonValue = (value: Check['measured']): JsonNumber | string | boolean =>
  typeof value === 'number' ? jsonNumber(value) : value;

export function jsonResult(record: RunRecord): JsonResult {
  return {
    id: record.exercise.id,
    variant: record.variant,
    seed: record.seed,
    metrics: Object.fromEntries(
      Object.entries(record.metrics).map(([name, value]) => [name, jsonNumber(value)]),
    ),
    checks: record.checks.map(({ name, rows, expected, measured, holds }) => ({
      name,
      rows,
      expected: jsonValue(expected),
      measured: jsonValue(measured),
      holds,
    })),
    seconds: Math.round(record.seconds * 1000) / 1000,
  };
}

export function jsonExercise(exercise: Exercise): JsonExercise {
  const { id, title, summary, lines, packages, parameters } = exercise;
  const variants = ['default', ...Object.keys(exercise.variants)];
  return { id, title, summary, lines, packages, variants, parameters };
}
