import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { highlighted } from './lessons.ts';
import { referencesOf, withReferences } from './reference.ts';

const folder = mkdtempSync(join(tmpdir(), 'kasane-reference-'));
afterAll(() => rmSync(folder, { recursive: true }));

const source = `import { Linear, mseLoss as loss } from '@kasane/nn';
import { stack, type Tensor } from '@kasane/tensor-core';
const x: Tensor = { stack: 1 }.stack;
f(...stack, new Linear(1, 2), loss(x)); // Linear
`;

test('names that are imported lead to their pages, where there are pages', () => {
  expect([...referencesOf(source, folder)]).toEqual([]);
  for (const path of ['nn', 'tensor-core']) mkdirSync(join(folder, path));
  for (const file of ['index', 'nn/Linear', 'nn/mseLoss', 'tensor-core/stack'])
    writeFileSync(join(folder, `${file}.html`), '');
  const references = referencesOf(source, folder);
  expect([...references]).toEqual([
    ['Linear', 'nn/Linear.html'],
    ['loss', 'nn/mseLoss.html'],
    ['stack', 'tensor-core/stack.html'],
  ]);
  const lines = highlighted(source);
  const linked = withReferences(lines, references);
  const text = (of: typeof lines): string[] => of.map((line) => line.map(([, one]) => one).join(''));
  expect(text(linked)).toEqual(text(lines));
  const links = linked.map((line) => line.flatMap(([, one, to]) => (to === undefined ? [] : [one])));
  expect(links).toEqual([['Linear', 'loss'], ['stack'], [], ['stack', 'Linear', 'loss'], []]);
}); // prettier-ignore
