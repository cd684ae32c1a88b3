import { formatNumber } from './number-format.ts';

/** One expectation beside what was measured. */
export interface Check {
  readonly name: string;
  /** Rows of the line-by-line inventory of the course that this check answers. */
  readonly rows: readonly number[];
  readonly expected: number | string | boolean;
  readonly measured: number | string | boolean;
  readonly holds: boolean;
  /** False where it speaks of the data that an exercise has by default, and the run was on other data. */
  readonly applies?: false;
  /** The chart on whose vertical axis the measured number lies, which draws the numbers it is compared with. */
  readonly chart?: string;
  readonly bounds?: readonly number[];
  /** What is expected answers a question that is asked first; it has the name of this check. */
  readonly asked?: boolean;
}

/** Whether what was expected did not come. */
export const fails = ({ holds, applies }: Pick<Check, 'holds' | 'applies'>): boolean =>
  !holds && applies !== false;

/** Checks that speak of the data that an exercise has by default: with `own` data they do not apply. */
export const ofDefaultData = (own: unknown, checks: readonly Check[]): readonly Check[] =>
  own === undefined ? checks : checks.map((one) => ({ ...one, applies: false }));

/** The ways to finish a check on a measured number. */
export interface NumberCheck {
  /** Says which chart of the exercise shows this number, so that what is expected of it is drawn there. */
  on(chart: string): NumberCheck;
  below(bound: number): Check;
  above(bound: number): Check;
  atMost(bound: number): Check;
  atLeast(bound: number): Check;
  between(low: number, high: number): Check;
  near(target: number, tolerance: number): Check;
  equals(value: number): Check;
}

/** The way to finish a check on a measured word or truth value. */
export interface ExactCheck<T> {
  equals(value: T): Check;
}

/**
 * Begins a check; the comparison that follows writes the text of `expected` from the very numbers
 * it compares with, so that the two cannot part. NaN holds for nothing.
 *
 *     check(12, 'mean loss of the last 1,000 steps', loss).below(0.02)
 *     check([22], 'dz/dx at x = 2, y = 3', gradient).equals(10)
 */
export function check(
  rows: number | readonly number[],
  name: string,
  measured: number,
): NumberCheck;
export function check(
  rows: number | readonly number[],
  name: string,
  measured: string,
): ExactCheck<string>;
export function check(
  rows: number | readonly number[],
  name: string,
  measured: boolean,
): ExactCheck<boolean>;
export function check(
  rows: number | readonly number[],
  name: string,
  measured: number | string | boolean,
): NumberCheck | ExactCheck<string | boolean> {
  const all = typeof rows === 'number' ? [rows] : rows;
  if (typeof measured !== 'number') {
    return {
      equals: (value: string | boolean) => ({
        name,
        rows: all,
        expected: value,
        measured,
        holds: measured === value,
      }),
    };
  }
  return numberCheck({ name, rows: all, measured });
}

function numberCheck(
  about: Pick<Check, 'name' | 'rows' | 'chart'> & { readonly measured: number },
): NumberCheck {
  const { measured } = about;
  const finish = (
    expected: Check['expected'],
    holds: boolean,
    ...bounds: readonly number[]
  ): Check => ({
    ...about,
    expected,
    holds,
    ...(about.chart === undefined ? {} : { bounds }),
  });
  return {
    on: (chart) => numberCheck({ ...about, chart }),
    below: (bound) => finish(`< ${formatNumber(bound, 7)}`, measured < bound, bound),
    above: (bound) => finish(`> ${formatNumber(bound, 7)}`, measured > bound, bound),
    atMost: (bound) => finish(`≤ ${formatNumber(bound, 7)}`, measured <= bound, bound),
    atLeast: (bound) => finish(`≥ ${formatNumber(bound, 7)}`, measured >= bound, bound),
    between: (low, high) =>
      finish(
        `${formatNumber(low, 7)} to ${formatNumber(high, 7)}`,
        low <= measured && measured <= high,
        low,
        high,
      ),
    near: (target, tolerance) =>
      finish(
        `${formatNumber(target, 7)} ± ${formatNumber(tolerance, 7)}`,
        Math.abs(measured - target) <= tolerance,
        target - tolerance,
        target + tolerance,
      ),
    equals: (value) => finish(value, measured === value, value),
  };
}
