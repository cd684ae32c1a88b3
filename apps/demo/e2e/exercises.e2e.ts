/**
 * Every exercise's page runs its quick preset to the end, and its metrics and checks are the command line's, bit for bit.
 * `KASANE_E2E_ONLY=iris,vae` tries some of them.
 */
import { describe, expect, test } from 'vitest';
import { jsonResult, type JsonResult } from '../src/cli/json.ts';
import { exercises } from '../src/exercises/index.ts';
import { runExercise } from '../src/runner.ts';
import { runToEnd, saved, useBrowser, visit } from './browser.ts';

useBrowser();

const only = process.env['KASANE_E2E_ONLY']?.split(',');

/** What measures the time of the machine, which no two runs have in common. */
const TIMED = /\bms\b|milliseconds|seconds|faster|time of a step|per second/;

const untimed = ({ metrics, checks, ...others }: JsonResult): object => ({
  ...others,
  seconds: undefined,
  metrics: Object.fromEntries(Object.entries(metrics).filter(([name]) => !TIMED.test(name))),
  checks: checks.map((one) => (TIMED.test(one.name) ? { ...one, measured: undefined } : one)),
});

describe.each(exercises.filter(({ id }) => only?.includes(id) ?? true).map((one) => [one.id, one] as const))(
  '%s',
  (id, exercise) => {
    test('comes to the same on the page as on the command line', async () => {
      const page = await visit(`#/exercise/${id}`);
      await runToEnd(page);
      const shown: JsonResult = JSON.parse(String(await saved(page, 'JSON')));
      const expected = jsonResult(await runExercise(await exercise.load(), { preset: 'quick' }));
      expect(untimed(shown)).toEqual(untimed(JSON.parse(JSON.stringify(expected))));
      expect(await page.locator('table.checks .ok').count()).toBe(expected.checks.length);
    });
  },
); // prettier-ignore
