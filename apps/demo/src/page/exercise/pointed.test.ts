import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import recorded from '../language/names.gen.json' with { type: 'json' };
import { isSame } from './pointed.ts';

test.each([
  ['z^t', 'z^3', true],
  ['z^t', 'z^t', true],
  ['z^t', 'u^3', false],
  ['x^2', 'x^T', false],
  ['values, γ = #', 'values, γ = 0.9', true],
  [null, 'z^3', false],
])('%s and %s', (one, other, same) => {
  expect(isSame(one, other)).toBe(same);
});

const folder = join(import.meta.dirname, '../../explanations');

test.each(readdirSync(folder))('what the formulas of %s name is shown by the exercise', (file) => {
  const shown: Readonly<Record<string, readonly string[]>> = recorded;
  const names = [...readFileSync(join(folder, file), 'utf8').matchAll(/\\tensor(?:\[([^\]]+)\])?\{([^{}]*)/g)].map(
    ([, name, symbol]) => name ?? symbol!,
  );
  expect(names.filter((name) => !shown[file.split('.')[0]!]!.some((one) => isSame(name, one)))).toEqual([]);
}); // prettier-ignore
