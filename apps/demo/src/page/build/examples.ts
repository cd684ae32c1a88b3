import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { list } from './list.ts';

const root = join(import.meta.dirname, '../../../../..');

/** A program of the documentation. */
export interface Example {
  /** The package or the guide. */
  readonly from: string;
  /** The heading that it stands under. */
  readonly title: string;
  readonly source: string;
}

/** The examples of the packages' READMEs and of the guides that need nothing of Node. */
export function documentedExamples(): Example[] {
  const files = globSync(['packages/*/README.md', 'docs/guides/*.md'], { cwd: root }).toSorted();
  return files.flatMap((file) => examplesOf(readFileSync(join(root, file), 'utf8')));
}

/** The blocks of TypeScript in Markdown, each under its heading; the first heading names them all. */
export function examplesOf(markdown: string): Example[] {
  const [, from = ''] = /^# (.+)$/m.exec(markdown) ?? [];
  const found: Example[] = [];
  let heading = '';
  for (const [, title, source] of markdown.matchAll(/^#{1,4} (.+)$|^```ts\n([^]*?)^```$/gm)) {
    if (title !== undefined) heading = title.replaceAll('`', '');
    else if (source !== undefined && !/from '(?:node:|@kasane\/[\w-]+\/node)/.test(source)) {
      const before = found.filter((one) => one.title.startsWith(heading)).length;
      found.push({ from, title: before === 0 ? heading : `${heading} (${before + 1})`, source });
    }
  }
  return found;
}

/** Gives the page these examples as `virtual:examples`. */
export const examples = (): Plugin => list('examples', documentedExamples);
