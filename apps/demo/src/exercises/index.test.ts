import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exercises } from './index.ts';

const files = readdirSync(import.meta.dirname).filter(
  (name) => !name.endsWith('.test.ts') && name !== 'index.ts',
);

test('every file here is an exercise of the list, named after its id', () => {
  expect(exercises.map(({ id }) => `${id}.ts`).toSorted()).toEqual(files.toSorted());
});

test('the exercises stand in the order of the report', () => {
  // By their last lines: the first one of a part, such as 330, answers for several exercises.
  const last = exercises.map(({ lines }) => Math.max(...lines));
  expect(last).toEqual(last.toSorted((a, b) => a - b));
});

describe.each(exercises.map((exercise) => [exercise.id, exercise] as const))(
  '%s',
  (id, exercise) => {
    const source = readFileSync(join(import.meta.dirname, `${id}.ts`), 'utf8');

    test('names the packages it imports', () => {
      const imported = [...source.matchAll(/from '(@kasane\/[a-z-]+)(?:\/[a-z-]+)?'/g)].map(
        ([, name]) => name,
      );
      expect(exercise.packages.toSorted()).toEqual([...new Set(imported)].toSorted());
    });

    test('imports nothing that only Node has', () => {
      expect(source).not.toContain("'node:");
    });

    test('has titles in both languages, for its variants too', () => {
      for (const { title } of [exercise, ...Object.values(exercise.variants)]) {
        expect(title.en).toMatch(
          /^[\p{Script=Latin}\p{Script=Greek}\p{P}\p{N}\p{S}\p{Script=Common} ]+$/u,
        );
        expect(title.ja).not.toBe('');
      }
    });

    test('answers lines of the report', () => {
      expect(exercise.lines.length).toBeGreaterThan(0);
      expect(exercise.lines).toEqual(exercise.lines.toSorted((a, b) => a - b));
    });
  },
);
