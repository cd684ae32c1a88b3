import { readFileSync } from 'node:fs';
import { parseSync } from 'rolldown/utils';

/** An import of another module, static or dynamic with a literal name. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** The modules that a TypeScript file imports or re-exports from. */
export function importsOf(file: string): Import[] {
  return importsIn(file, readFileSync(file, 'utf8'));
}

/** The same of a text; `file` stands in messages. */
export function importsIn(file: string, source: string): Import[] {
  const { module, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message ?? ''}`);
  const line = (offset: number): number => source.slice(0, offset).split('\n').length;
  const found: Import[] = module.staticImports.map((entry) => ({
    specifier: entry.moduleRequest.value,
    line: line(entry.start),
  }));
  for (const statement of module.staticExports) {
    const request = statement.entries.find((entry) => entry.moduleRequest !== null)?.moduleRequest;
    if (request != null) found.push({ specifier: request.value, line: line(statement.start) });
  }
  for (const entry of module.dynamicImports) {
    const text = source.slice(entry.moduleRequest.start, entry.moduleRequest.end);
    const literal = /^(['"])(.*)\1$/.exec(text)?.[2];
    if (literal !== undefined) found.push({ specifier: literal, line: line(entry.start) });
  }
  return found;
}

/** The package a specifier names: `@kasane/nn/x` → `@kasane/nn`; undefined for relative and Node's own. */
export function packageOf(specifier: string): string | undefined {
  // What the build of the page makes is virtual.
  if (/^(?:\.|node:|virtual:)/.test(specifier)) return undefined;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}
