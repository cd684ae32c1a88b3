import { readFileSync } from 'node:fs';
import { parseSync } from 'rolldown/utils';

/** Code from a README or a docstring, with the line of the file that each of its lines came from. */
export interface Example {
  readonly file: string;
  readonly lines: readonly string[];
  readonly origin: readonly number[];
}

/** The ```ts blocks of Markdown lines, which start at line `first` of `file`. */
function fencedBlocks(file: string, text: readonly string[], first: number): Example[] {
  const found: Example[] = [];
  let open: { indent: number; lines: string[]; origin: number[] } | undefined;
  for (const [index, line] of text.entries()) {
    const fence = /^(\s*)```(.*)$/.exec(line);
    if (open === undefined) {
      if (fence?.[2]?.trim() === 'ts')
        open = { indent: fence[1]?.length ?? 0, lines: [], origin: [] };
    } else if (fence !== null) {
      found.push({ file, lines: open.lines, origin: open.origin });
      open = undefined;
    } else {
      open.lines.push(line.slice(Math.min(open.indent, line.search(/\S|$/))));
      open.origin.push(first + index);
    }
  }
  return found;
}

/** The examples of a Markdown file: its ```ts blocks. */
export function markdownExamples(file: string, path: string): Example[] {
  return fencedBlocks(file, readFileSync(path, 'utf8').split('\n'), 1);
}

/** A block of a Markdown file that says which source it quotes: ```ts from packages/... */
export interface Quote {
  readonly file: string;
  readonly line: number;
  readonly source: string;
  readonly text: string;
}

/** The quotes of a Markdown file. */
export function quotes(file: string, path: string): Quote[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/^```ts from (\S+)\n(.*?)^```$/gms)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    source: match[1] ?? '',
    text: match[2] ?? '',
  }));
}

/** The lines of a docstring's text, without the comment's stars. */
export function docLines(comment: string): string[] {
  return comment
    .split('\n')
    .map((line, index) => line.replace(index === 0 ? /^\*\s?/ : /^\s*\* ?/, ''));
}

/** The examples of a TypeScript file: what follows each `@example` in its docstrings. */
export function docstringExamples(file: string, path: string): Example[] {
  const source = readFileSync(path, 'utf8');
  const found: Example[] = [];
  for (const comment of parseSync(path, source).comments) {
    if (comment.type !== 'Block' || !comment.value.startsWith('*')) continue;
    const first = source.slice(0, comment.start).split('\n').length;
    const text = docLines(comment.value);
    for (let start = 0; start < text.length; start++) {
      if (!/^@example\b/.test(text[start] ?? '')) continue;
      let end = start + 1;
      while (end < text.length && !/^@\w/.test(text[end] ?? '')) end++;
      const lines = [
        (text[start] ?? '').replace(/^@example\s?/, ''),
        ...text.slice(start + 1, end),
      ];
      if (lines.some((line) => line.trimStart().startsWith('```'))) {
        found.push(...fencedBlocks(file, lines, first + start));
      } else {
        found.push({ file, lines, origin: lines.map((_, index) => first + start + index) });
      }
    }
  }
  return found;
}
