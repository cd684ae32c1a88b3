import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hints } from '../../packages/tensor-core/src/tensor/hints.ts';
import { root } from '../workspace.ts';
import { markdownExamples } from './extract.ts';

const path = join(root, 'docs/guides/from-pytorch-and-keras.md');
const code = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);

/** The rows of the tables: what is typed elsewhere, and here. */
const rows = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => /^\| .*`/.test(line))
  .map((line) => line.split('|').slice(1, 3));

describe('the guide for those who come from PyTorch and Keras', () => {
  const run = markdownExamples('guide', path).flatMap(({ lines }) => lines);
  // The formatter breaks lines and puts commas where it likes.
  const flat = (text: string): string => text.replaceAll(/\s|,(?=\s*[)\]}])/g, '');
  const program = flat(run.join('\n'));

  it.each(rows)('runs the right side of%s', (_, here) => {
    const pieces = code(here!).filter((text) => /[(=.]/.test(text) && !text.startsWith('@'));
    expect(pieces.filter((text) => !program.includes(flat(text)))).toEqual([]);
  });

  it('has a row for every word that is another one here', () => {
    const typed = rows.flatMap(([theirs]) => code(theirs!)).join(' ');
    const names = Object.getOwnPropertyNames(hints);
    expect(names.filter((name) => !new RegExp(`\\.${name}\\b`).test(typed))).toEqual([]);
  });
});
