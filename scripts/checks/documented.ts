/** Every public export has a docstring, and every value among them an example. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync, type ParseResult } from 'rolldown/utils';
import { docLines } from '../examples/extract.ts';
import { report } from '../run.ts';
import { packages, root, sourceCondition } from '../workspace.ts';

type Statement = ParseResult['program']['body'][number];

interface Module {
  readonly path: string;
  readonly source: string;
  readonly parsed: ParseResult;
}

/** A name that a module exports, at the place that declares it. */
interface Declared {
  readonly module: Module;
  readonly statement: Statement;
  readonly isType: boolean;
}

const modules = new Map<string, Module>();

function load(path: string): Module {
  let module = modules.get(path);
  if (module === undefined) {
    const source = readFileSync(path, 'utf8');
    module = { path, source, parsed: parseSync(path, source) };
    modules.set(path, module);
  }
  return module;
}

/** The statements that declare `name` in a module, the first overload first. */
function declarations(module: Module, name: string): Declared[] {
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

/** All that a module exports: names with the places that declare them; names from other packages are theirs. */
function exportsOf(path: string): Map<string, Declared[]> {
  const module = load(path);
  const found = new Map<string, Declared[]>();
  const at = (specifier: string): string | undefined =>
    specifier.startsWith('.') ? join(dirname(path), specifier) : undefined;
  for (const statement of module.parsed.program.body) {
    if (statement.type === 'ExportAllDeclaration') {
      const target = at(statement.source.value);
      if (target !== undefined) for (const entry of exportsOf(target)) found.set(...entry);
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

/** The text of the docstring that stands directly above a statement. */
function docstring({ module, statement }: Declared): string | undefined {
  const comment = module.parsed.comments.findLast(({ end }) => end <= statement.start);
  if (comment?.type !== 'Block' || !comment.value.startsWith('*')) return undefined;
  if (module.source.slice(comment.end, statement.start).trim() !== '') return undefined;
  return docLines(comment.value).join('\n');
}

const problems: string[] = [];
let names = 0;
for (const { id, dir, manifest, published } of packages()) {
  if (!published) continue;
  if (!existsSync(join(dir, 'README.md'))) problems.push(`packages/${id} has no README.md.`);
  const entries = Object.values(manifest.exports ?? {}).map((entry) =>
    join(dir, entry[sourceCondition]!),
  );
  for (const [name, declared] of entries.flatMap((entry) => [...exportsOf(entry)])) {
    names++;
    const [first] = declared;
    if (first === undefined) {
      problems.push(`packages/${id}: cannot find where ${name} is declared.`);
      continue;
    }
    const { path, source } = first.module;
    const line = source.slice(0, first.statement.start).split('\n').length;
    const place = `${relative(root, path)}:${line}`;
    const texts = declared.map(docstring).filter((text) => text !== undefined);
    if (texts.some((text) => /^@internal\b/m.test(text))) continue;
    if (texts.length === 0) problems.push(`${place}: ${name} has no docstring.`);
    else if (!first.isType && !texts.some((text) => /^@example\b/m.test(text))) {
      problems.push(`${place}: ${name} has no @example.`);
    }
  }
}
report(problems, `${names} public names are documented.`);
