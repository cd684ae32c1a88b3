import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf } from '../../scripts/imports.ts';
import { coverageOf } from '../course/coverage.ts';
import { rowOf } from '../course/rows.ts';
import { exercises } from './index.ts';

const here = import.meta.dirname;

/** Exercises of what the course does not speak of. */
const BEYOND = ['diffusion', 'diffusion-digits'];

/** The file where an exercise begins: its own, or `index.ts` in its folder. */
const entryOf = (id: string): string =>
  existsSync(join(here, `${id}.ts`)) ? join(here, `${id}.ts`) : join(here, id, 'index.ts');

test('the list and the command line load no tensors until an exercise runs', () => {
  for (const file of ['index.ts', '../cli.ts']) {
    const packages = [...importsOf(join(here, file))].filter((name) => name.startsWith('@kasane/'));
    expect(packages).toEqual([]);
  }
});

describe.each(exercises.map((exercise) => [exercise.id, exercise] as const))(
  '%s',
  (id, exercise) => {
    const names = importsOf(entryOf(id));

    test('imports nothing that only Node has', () => {
      expect([...names].filter((name) => name.startsWith('node:') || name.endsWith('/node'))).toEqual([]); // prettier-ignore
    });

    test('has titles in both languages, for its variants and tries too', () => {
      const { variants, tries } = exercise;
      for (const { title } of [exercise, ...Object.values(variants), ...Object.values(tries)]) {
        expect(title.en).toMatch(
          /^[\p{Script=Latin}\p{Script=Greek}\p{P}\p{N}\p{S}\p{Script=Common} ]+$/u,
        );
        expect(title.ja).not.toBe('');
      }
    });

    test('answers rows of the course, in their order, or goes beyond it', () => {
      expect(exercise.rows.length > 0).toBe(!BEYOND.includes(id));
      expect(exercise.rows.map((row) => rowOf(row).row)).toEqual(exercise.rows.toSorted((a, b) => a - b)); // prettier-ignore
    });

    const recorded = coverageOf().filter((row) => row.answered.some((one) => one.exercise === id));
    // One that is new is recorded by `pnpm coverage`, which `pnpm check demo` asks for.
    test.skipIf(recorded.length === 0)(
      'answers the rows that it says, by the checks that were recorded',
      () => {
        expect(recorded.map(({ row }) => row)).toEqual(exercise.rows);
      },
    );

    test('is the exercise that it is listed as', async () => {
      const { load, packages: _, ...data } = exercise;
      expect(await load()).toMatchObject(JSON.parse(JSON.stringify(data)));
    });
  },
);
