/**
 * An exercise's page runs its quick preset to the end, and its metrics and checks are the command line's, bit for bit: all exercises in two
 * files, so that two cores have something to do.
 * `KASANE_E2E_ONLY=iris,vae` tries some of them. Where KASANE_DEMO_RESULTS names a file with what the command line printed, it is not run again.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonResult, type JsonResult } from '../src/cli/json.ts';
import { exercises } from '../src/exercises/index.ts';
import { inJapanese } from '../src/page/language/japanese.ts';
import { hasWords } from '../src/page/language/patterns.ts';
import { runExercise } from '../src/runner.ts';
import { runToEnd, saved, useBrowser, visit } from './browser.ts';

const only = process.env['KASANE_E2E_ONLY']?.split(',');
const file = process.env['KASANE_DEMO_RESULTS'];
const printed: readonly JsonResult[] =
  file === undefined ? [] : JSON.parse(readFileSync(file, 'utf8'));

/** What measures the time of the machine, which no two runs have in common. */
const TIMED = /\bms\b|milliseconds|seconds|faster|\btime of .+ over|per second/;

/** Exercises with formulas in float64 outside of wasm: `Math.exp` and its like have other last bits in another V8 than Node's. */
const FLOAT64: ReadonlySet<string> = new Set([
  'bandit',
  'bptt',
  'diffusion-digits',
  'gru-vs-lstm',
  'rnn-binary-addition',
  'vanishing-gradient',
]);

/** Twelve digits of a number, and none of one that measures nothing but last bits. */
const digits = (value: unknown): unknown => {
  if (typeof value !== 'number') return value;
  return Math.abs(value) < 1e-8 ? 'last bits' : value.toPrecision(12);
};

/** A result without what no two runs have in common, and in those exercises in twelve digits. */
const comparable = ({ metrics, checks, ...others }: JsonResult): object => {
  const shown = FLOAT64.has(others.id) ? digits : (value: unknown) => value;
  return {
    ...others,
    seconds: undefined,
    metrics: Object.entries(metrics)
      .filter(([name]) => !TIMED.test(name))
      .map(([name, value]) => [name, shown(value)]),
    checks: checks.map((one) => ({
      ...one,
      measured: TIMED.test(one.name) ? undefined : shown(one.measured),
    })),
  };
};

/** Tries those of the exercises whose place `isTried` takes. */
export function sameOnPage(isTried: (place: number) => boolean): void {
  useBrowser();
  const tried = exercises.filter(({ id }, i) => isTried(i) && (only?.includes(id) ?? true));
  test.for(tried)('$id comes to the same on the page as on the command line', async ({ id, load }) => {
    const page = await visit(`#/exercise/${id}`);
    await runToEnd(page);
    const shown: JsonResult = JSON.parse(String(await saved(page, 'JSON')));
    const expected =
      printed.find((one) => one.id === id && one.variant === shown.variant) ??
      jsonResult(await runExercise(await load(), { preset: 'quick' }));
    expect(comparable(shown)).toEqual(comparable(JSON.parse(JSON.stringify(expected))));
    expect(await page.locator('table.checks .ok').count()).toBe(expected.checks.length);
    const names = [...Object.keys(shown.metrics), ...shown.checks.map(({ name }) => name)];
    expect(names.filter((name) => hasWords(name) && inJapanese(name) === undefined)).toEqual([]);
  });
} // prettier-ignore
