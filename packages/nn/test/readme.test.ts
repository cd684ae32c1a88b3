import * as nn from '@kasane/nn';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The rows of the README's table of torch.nn whose right side begins with these words. */
function rows(words: RegExp): string[] {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const table = readme.split('## torch.nn, name by name')[1]!.split('## ')[0]!;
  return table
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, , here]) => here !== undefined && words.test(here))
    .flatMap(([, there]) => [...there!.matchAll(/`([A-Z]\w+)`(?: to `3d`)?/g)])
    .flatMap(([all, name]) =>
      all.endsWith('`3d`') ? [1, 2, 3].map((n) => name!.replace('1d', `${n}d`)) : [name!],
    );
}

it('has every name of torch.nn that the README says is the same, and says none is missing that it has', () => {
  const here = rows(/^the same(?! in)/);
  expect(here.length).toBeGreaterThan(80);
  expect(here.filter((name) => !(name in nn))).toEqual([]);
  expect(rows(/^none|^the same in/).filter((name) => name in nn)).toEqual([]);
});
