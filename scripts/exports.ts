/** What the modules of the packages export, read from their sources. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync, type ParseResult } from 'rolldown/utils';

export type Statement = ParseResult['program']['body'][number];

/** A source file. */
export interface Module {
  readonly path: string;
  readonly source: string;
  readonly parsed: ParseResult;
}

/** A name that a module exports, at the place that declares it. */
export interface Declared {
  readonly module: Module;
  readonly statement: Statement;
  readonly isType: boolean;
}

const modules = new Map<string, Module>();

/** The module of a file. */
export function load(path: string): Module {
  let module = modules.get(path);
  if (module === undefined) {
    const source = readFileSync(path, 'utf8');
    module = { path, source, parsed: parseSync(path, source) };
    modules.set(path, module);
  }
  return module;
}

/** The statements that declare `name` in a module, the first overload first. */
export function declarations(module: Module, name: string): Declared[] {
  const found: Declared[] = [];
  for (const statement of module.parsed.program.body) {
    const inner =
      statement.type === 'ExportNamedDeclaration' && statement.declaration !== null
        ? statement.declaration
        : statement;
    const names =
      inner.type === 'VariableDeclaration'
        ? inner.declarations.map(({ id }) => (id.type === 'Identifier' ? id.name : ''))
        : 'id' in inner && inner.id !== null && inner.id.type === 'Identifier'
          ? [inner.id.name]
          : [];
    if (!names.includes(name)) continue;
    const isType =
      inner.type === 'TSInterfaceDeclaration' || inner.type === 'TSTypeAliasDeclaration';
    found.push({ module, statement, isType });
  }
  return found;
}

/** All that a module exports: names with the places that declare them; names from other packages are theirs, `init.zeros` is one of a namespace. */
export function exportsOf(path: string): Map<string, Declared[]> {
  const module = load(path);
  const found = new Map<string, Declared[]>();
  const at = (specifier: string): string | undefined =>
    specifier.startsWith('.') ? join(dirname(path), specifier) : undefined;
  for (const statement of module.parsed.program.body) {
    if (statement.type === 'ExportAllDeclaration') {
      const target = at(statement.source.value);
      if (target === undefined) continue;
      const { exported } = statement;
      const prefix = exported !== null && 'name' in exported ? `${exported.name}.` : '';
      for (const [name, declared] of exportsOf(target)) found.set(`${prefix}${name}`, declared);
    } else if (statement.type === 'ExportNamedDeclaration') {
      const target = statement.source === null ? path : at(statement.source.value);
      for (const { local, exported } of statement.specifiers) {
        if (target === undefined) continue;
        const localName = 'name' in local ? local.name : local.value;
        const name = 'name' in exported ? exported.name : exported.value;
        const declared =
          target === path ? declarations(module, localName) : exportsOf(target).get(localName);
        found.set(name, declared ?? []);
      }
      const { declaration } = statement;
      if (declaration?.type === 'VariableDeclaration') {
        for (const { id } of declaration.declarations) {
          if (id.type === 'Identifier') found.set(id.name, declarations(module, id.name));
        }
      } else if (
        declaration != null &&
        'id' in declaration &&
        declaration.id?.type === 'Identifier'
      ) {
        found.set(declaration.id.name, declarations(module, declaration.id.name));
      }
    }
  }
  return found;
}
