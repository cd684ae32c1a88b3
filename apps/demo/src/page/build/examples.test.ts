import { expect, test } from 'vitest';
import { documentedExamples, examplesOf } from './examples.ts';

test('examples are the blocks of TypeScript under their headings', () => {
  const markdown = [
    '# @kasane/nn', 'Text.', '## `Linear` and others', '```ts', 'a();', '```', 'More.', '```ts', 'b();', '```',
    '## Install', '```sh', 'npm i', '```', '## Files', '```ts', "import { c } from 'node:fs';", '```', '',
  ].join('\n'); // prettier-ignore
  expect(examplesOf(markdown)).toEqual([
    { from: '@kasane/nn', title: 'Linear and others', source: 'a();\n' },
    { from: '@kasane/nn', title: 'Linear and others (2)', source: 'b();\n' },
  ]);
});

test('every package has one that runs in a browser', () => {
  const packages = new Set(documentedExamples().map(({ from }) => from));
  for (const name of ['autograd', 'nn', 'optim', 'tensor-core', 'trainer', 'rl', 'seq2seq']) {
    expect(packages).toContain(`@kasane/${name}`);
  }
});
