/** What the packages export that can be called: functions, constructors and methods, found in the sources. */
import { join } from 'node:path';
import { declarations, exportsOf, load, type Declared, type Module } from './exports.ts';
import { packages, sourceCondition } from './workspace.ts';

/** One parameter as its source has it. */
export interface Parameter {
  readonly text: string;
  /** The text of its type. */
  readonly type: string;
  /** It may be left out. */
  readonly isOptional: boolean;
}

/** What has parameters: a function, or a method of a class. */
export interface Callable {
  /** `Linear`, `Tensor.sum`, `init.uniform`. */
  readonly name: string;
  readonly module: Module;
  /** The module that exports it, where that is another. */
  readonly from: Module;
  /** What the module exports; a method's class. */
  readonly exported: string;
  /** The class that is exported, which may extend that of the method. */
  readonly of: string;
  /** A method, '' for the constructor, null for a function. */
  readonly method: string | null;
  /** A method of the class itself. */
  readonly isStatic: boolean;
  readonly parameters: readonly Parameter[];
}

type Span = { readonly start: number; readonly end: number };

function parametersOf(module: Module, spans: readonly Span[]): Parameter[] {
  return spans.map(({ start, end }) => {
    const text = module.source.slice(start, end);
    const bare = text.replace(/ = \{\}$/, '');
    const colon = bare.startsWith('{')
      ? bare.indexOf(': ', bare.lastIndexOf('}:'))
      : bare.search(/\??:/);
    const type = bare
      .slice(colon)
      .replace(/^\??:\s*/, '')
      .replace(/ = [^>].*$/s, '');
    const isOptional = /^\w+\?:| = /.test(text) || text.startsWith('...');
    return { text, type, isOptional };
  });
}

function inner({ statement }: Declared): Declared['statement'] {
  return statement.type === 'ExportNamedDeclaration' && statement.declaration !== null
    ? statement.declaration
    : statement;
}

/** All that an exported name is to be called by. */
function callables(name: string, declared: readonly Declared[]): Callable[] {
  const overloads = declared.filter((one) => inner(one).type === 'TSDeclareFunction');
  const made = ({ module }: Declared, spans: readonly Span[]): Callable[] => {
    const parameters = parametersOf(module, spans);
    const own = { name, module, from: module, exported: name, of: name, method: null };
    return [{ ...own, isStatic: false, parameters }];
  };
  return (overloads.length > 0 ? overloads : declared).flatMap((one) => {
    const node = inner(one);
    if (node.type === 'FunctionDeclaration' || node.type === 'TSDeclareFunction')
      return made(one, node.params);
    if (node.type === 'VariableDeclaration') {
      const type = node.declarations.find(
        ({ id }) => id.type === 'Identifier' && id.name === name,
      )?.id;
      const annotation = type?.typeAnnotation?.typeAnnotation;
      return annotation?.type === 'TSFunctionType' ? made(one, annotation.params) : [];
    }
    return node.type === 'ClassDeclaration' && !node.abstract
      ? ofClass(name, one, one.module, new Set())
      : [];
  });
}

/** The constructor and the public methods of a class, those of the classes that it extends too. */
function ofClass(of: string, declared: Declared, from: Module, seen: Set<string>): Callable[] {
  const node = inner(declared);
  if (node.type !== 'ClassDeclaration' || node.id === null) return [];
  const { module } = declared;
  const exported = node.id.name;
  const own = node.body.body.flatMap((member): Callable[] => {
    if (member.type !== 'MethodDefinition' || member.key.type !== 'Identifier') return [];
    const method = member.key.name;
    const isStatic = member.static;
    const once = isStatic ? `static ${method}` : method;
    if (seen.has(once) || (member.accessibility ?? 'public') !== 'public') return [];
    seen.add(once);
    const parameters = parametersOf(module, member.value.params);
    if (member.kind === 'method') {
      const name = `${exported}.${method}`;
      return [{ name, module, from, exported, of, method, isStatic, parameters }];
    }
    const isMade = member.kind === 'constructor';
    const made = { name: of, module, from, exported: of, of, method: '', isStatic, parameters };
    return isMade ? [made] : [];
  });
  const parent = node.superClass?.type === 'Identifier' ? node.superClass.name : undefined;
  const above = parent === undefined ? undefined : found(module, parent);
  return above === undefined ? own : [...own, ...ofClass(of, above, from, seen)];
}

/** Where a name of a module is declared: there, or in the file that it comes from. */
function found(module: Module, name: string): Declared | undefined {
  const [here] = declarations(module, name);
  if (here !== undefined) return here;
  for (const statement of module.parsed.program.body) {
    if (statement.type !== 'ImportDeclaration') continue;
    if (!statement.specifiers.some(({ local }) => local.name === name)) continue;
    const { value } = statement.source;
    if (value.startsWith('.')) return declarations(load(join(module.path, '..', value)), name)[0];
    const [, id, entry] = /^@kasane\/([^/]+)(?:\/(.*))?$/.exec(value) ?? [];
    const owner = published.find(({ manifest }) => manifest.name === `@kasane/${id}`);
    const file = owner?.manifest.exports?.[entry === undefined ? '.' : `./${entry}`];
    if (file !== undefined)
      return exportsOf(join(owner!.dir, file[sourceCondition]!)).get(name)?.[0];
  }
  return undefined;
}

const published = packages().filter((one) => one.published);

/** All of the published packages and their further entries. */
export const everything: readonly Callable[] = published.flatMap(({ dir, manifest }) =>
  Object.values(manifest.exports ?? {})
    .map((entry) => join(dir, entry[sourceCondition]!))
    .flatMap((entry) => [...exportsOf(entry)])
    .flatMap(([name, declared]) => callables(name.slice(name.indexOf('.') + 1), declared)),
);
