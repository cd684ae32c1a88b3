import { expect, test } from 'vitest';
import { documentedNames } from './docstrings.ts';

test('examples of docstrings have the names that they are of, each once', () => {
  const found = documentedNames();
  const names = found.map(({ from, title }) => `${from} ${title}`);
  expect(found.length).toBeGreaterThan(800);
  expect(new Set(names).size).toBe(names.length);
  for (const name of ['nn Linear', 'nn crossEntropy', 'tensor-core compile', 'optim Adam', 'trainer trainStep']) {
    expect(names).toContain(`@kasane/${name}`);
  }
  expect(found.find(({ title }) => title === 'Linear')!.source).toMatch(/^import .*[^]*new Linear\(/);
}); // prettier-ignore
