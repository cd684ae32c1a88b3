import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hints } from '../../packages/tensor-core/src/tensor/hints.ts';
import { files, packages, root } from '../workspace.ts';
import { markdownExamples } from './extract.ts';

const guide = (name: string): string => join(root, 'docs/guides', `${name}.md`);
const read = (name: string): string => readFileSync(guide(name), 'utf8');
const code = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);

/** The rows of the tables: what is typed elsewhere, and here. */
const rowsOf = (name: string) =>
  read(name)
    .split('\n')
    .filter((line) => /^\| .*`/.test(line))
    .map((line) => line.split('|').slice(1, 3));

describe.each(['from-pytorch-and-keras', 'from-tensorflow-js', 'from-gymnasium'])('%s', (name) => {
  const run = markdownExamples('guide', guide(name)).flatMap(({ lines }) => lines);
  // The formatter breaks lines and puts commas where it likes.
  const flat = (text: string): string => text.replaceAll(/\s|,(?=\s*[)\]}])/g, '');
  const program = flat(run.join('\n'));

  it.each(rowsOf(name))('runs the right side of%s', (_, here) => {
    const pieces = code(here!).filter((text) => /[(=.]/.test(text) && !text.startsWith('@'));
    expect(pieces.filter((text) => !program.includes(flat(text)))).toEqual([]);
  });
});

it('the guide for those who come from PyTorch has a row for every word that is another one here', () => {
  const typed = rowsOf('from-pytorch-and-keras')
    .flatMap(([theirs]) => code(theirs!))
    .join(' ');
  const names = Object.getOwnPropertyNames(hints);
  expect(names.filter((name) => !new RegExp(`\\.${name}\\b`).test(typed))).toEqual([]);
});

describe('the guides', () => {
  const guides = files('docs/guides/**/*.md').map((file) => [basename(file, '.md'), file] as const);

  it.each(guides)('%s names only files that are there', (_, file) => {
    const text = readFileSync(join(root, file), 'utf8').replaceAll(/```.*?```/gs, '');
    const links = [...text.matchAll(/\]\(([^)#:]+\.(?:md|svg))/g)].map(([, to]) =>
      join(root, file, '..', to!),
    );
    const named = code(text).filter((one) => /^(apps|packages|scripts|docs)\/[\w./-]+$/.test(one));
    const tests = code(text)
      .filter((one) => /^[\w-]+\.test\.ts$/.test(one))
      .flatMap((one) => (files(`{apps,packages,scripts}/**/${one}`).length === 0 ? [one] : []));
    const missing = [...links, ...named.map((one) => join(root, one))];
    expect([...missing.filter((one) => !existsSync(one)), ...tests]).toEqual([]);
  });

  it('getting-started maps imports to entries that packages have', () => {
    const [, json] = /<script type="importmap">(.*?)<\/script>/s.exec(read('getting-started'))!;
    const { imports } = JSON.parse(json!) as { imports: Record<string, string> };
    const entries = packages().flatMap(({ id, manifest }) =>
      Object.entries(manifest.exports ?? {}).map(
        ([entry, { default: file }]) =>
          [`@kasane/${id}${entry.slice(1)}`, file?.replace('./dist', `./kasane/${id}`)] as const,
      ),
    );
    const known = new Map<string, string | undefined>(entries);
    expect(Object.entries(imports).filter(([name, to]) => known.get(name) !== to)).toEqual([]);
  });

  it('adding shows commands that gen takes', () => {
    const commands = [...read('adding').matchAll(/`pnpm gen ([a-z]+) /g)].map(([, kind]) => kind!);
    expect(commands.filter((kind) => !existsSync(join(root, 'templates', kind)))).toEqual([]);
  });
});

it.each(files('docs/guides/ja/*.md').filter((file) => !/course/.test(file)))('%s has the code of the guide in English', (file) => {
  const fences = (path: string): string[] => readFileSync(join(root, path), 'utf8').match(/^```[^]*?^```$/gm) ?? [];
  expect(fences(file)).toEqual(fences(file.replace('/ja/', '/')));
}); // prettier-ignore
