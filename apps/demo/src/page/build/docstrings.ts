import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { docstringExamples } from '../../../../../scripts/examples/extract.ts';
import type { Example } from './examples.ts';
import { list } from './list.ts';

const root = join(import.meta.dirname, '../../../../..');

/** What is documented: a declaration, or a method of a class. */
const DECLARED =
  /^\s*(?:export )?(?:declare |abstract |async |static |override |readonly |get )*(?:function\*? |class |const |interface |type )?(\w+)/;

/** The examples in the docstrings of what is exported, each under the package and the name that it is of; those that a page can run. */
export function documentedNames(): Example[] {
  const seen = new Map<string, number>();
  const files = globSync('packages/*/src/**/*.ts', { cwd: root }).toSorted();
  return files
    .filter((file) => !/\.(?:test|gen)\.ts$|packages\/testing\/|\/node\//.test(file))
    .flatMap((file) => examplesOfFile(file))
    .map((one) => {
      const key = `${one.from} ${one.title}`;
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      return count === 1 ? one : { ...one, title: `${one.title} (${count})` };
    });
}

function examplesOfFile(file: string): Example[] {
  const path = join(root, file);
  const lines = readFileSync(path, 'utf8').split('\n');
  const from = `@kasane/${file.split('/')[1]}`;
  return docstringExamples(file, path).flatMap(({ lines: code, origin }) => {
    const source = `${code.join('\n').trim()}\n`;
    if (!/^import /m.test(source) || /from '(?:node:|@kasane\/[\w-]+\/node)/.test(source))
      return [];
    const end = lines.findIndex(
      (line, i) => i >= origin.at(-1)! - 1 && line.trimEnd().endsWith('*/'),
    ); // an example has lines
    const declared = lines.slice(end + 1).find((line) => !/^\s*(?:\/\/.*|@.*)?$/.test(line)) ?? '';
    const [, name] = DECLARED.exec(declared) ?? [];
    if (name === undefined) return [];
    const before = lines.slice(0, end).toReversed().find((line) => /^(?:export )?(?:abstract )?class /.test(line)); // prettier-ignore
    const owner = /^\s/.test(declared) ? /class (\w+)/.exec(before ?? '')?.[1] : undefined;
    return [{ from, title: owner === undefined ? name : `${owner}.${name}`, source }];
  });
}

/** Gives the page these examples as `virtual:docstrings`. */
export const docstrings = (): Plugin => list('docstrings', documentedNames);
