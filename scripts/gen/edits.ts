import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'rolldown/utils';
import { root } from '../workspace.ts';
import type { Names } from './names.ts';

/** A file, by its path from the root, and its text. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

const methods = 'packages/tensor-core/src/tensor';

/** The files of Tensor's methods, and of its first and last class. */
export function methodSources(): Source[] {
  const files = globSync([`${methods}/*.ts`, `${methods}.ts`, `${methods}-base.ts`], { cwd: root });
  return files.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}

/** Where the method of a new op goes: beside those of one element, for such it is at first, as long as there is room. */
export function fileOfMethod(sources: readonly Source[]): string {
  const [first = '', ...others] = ['functions', 'activations'].map((id) => `${methods}/${id}.ts`);
  const hasRoom = (file: string): boolean =>
    sources.some((source) => source.file === file && source.text.split('\n').length < 395);
  return [first, ...others].find(hasRoom) ?? first;
}

/** The lines that a new op adds to a file of methods: its import, and its method at the end of the class. */
export function addOp(
  source: string,
  { kebab, camel }: Names,
  sources: readonly Source[] = methodSources(),
): string {
  if (sources.some(({ text }) => classOf(text)?.members.includes(camel))) {
    throw new Error(`Tensor already has a member ${camel}`);
  }
  const { program } = parseSync('methods.ts', source);
  const imports = program.body.filter((node) => node.type === 'ImportDeclaration');
  const [last] = imports;
  const next = imports.find(({ source: from }) => !(from.value < `../ops/${kebab}.ts`));
  const found = classOf(source);
  if (found === undefined || last === undefined)
    throw new Error('there is no class for the method');
  const line = `import { ${camel} } from '../ops/${kebab}.ts';`;
  const method = `  /** the cube of each element */
  ${camel}(): Tensor {
    return applyUnary(${camel}, this);
  }\n`;
  const importAt = (next ?? last).start;
  return (
    source.slice(0, importAt) +
    `${line}\n` +
    source.slice(importAt, found.end) +
    method +
    source.slice(found.end)
  );
}

/** The names of what a file's exported class has, and where its closing brace stands. */
function classOf(source: string): { members: string[]; end: number } | undefined {
  const { program } = parseSync('class.ts', source);
  const [body] = program.body.flatMap((node) =>
    node.type === 'ExportNamedDeclaration' && node.declaration?.type === 'ClassDeclaration'
      ? [node.declaration.body]
      : [],
  );
  const members = body?.body.flatMap((member) =>
    'key' in member && member.key.type === 'Identifier' ? [member.key.name] : [],
  );
  return body && members && { members, end: body.end - 1 };
}

/** The lines that a new op adds to the list of gpu.js kernels: their import, and their place at the end. */
export function addKernels(source: string, { kebab, camel }: Names): string {
  return addToList(source, 'kernels.ts', 'tables', {
    line: `import { ${camel}Kernels } from '../../ops/${kebab}.gpu.ts';`,
    name: `${camel}Kernels`,
  });
}

/** The line that a new layer adds to the barrel. */
export function addExport(source: string, { kebab, Pascal }: Names): string {
  return `${source.trimEnd()}\nexport { ${Pascal} } from './${kebab}.ts';\n`;
}

/** The line that a new optimizer adds to the barrel. */
export function addOptimizer(source: string, { kebab, Pascal }: Names): string {
  return `${source.trimEnd()}\nexport { ${Pascal}, type ${Pascal}Options } from './${kebab}.ts';\n`;
}

/** The row that a new optimizer adds to a README, above that of the base class. */
export function addReadmeRow(source: string, { Pascal }: Names): string {
  return insertBefore(source, '| `Optimizer` ', `| \`${Pascal}\` | says what it does | none |\n`);
}

/** The row that a new optimizer adds to those of random programs. */
export function addFuzzRow(source: string, { Pascal }: Names): string {
  return insertBefore(source, '  SGD: optimizer(', `  ${Pascal}: optimizer(() => ({})),\n`);
}

function insertBefore(source: string, mark: string, text: string): string {
  const at = source.indexOf(mark);
  if (at < 0) throw new Error(`there is no "${mark.trim()}" to stand before`);
  return source.slice(0, at) + text + source.slice(at);
}

/** A template that imports from the main entry of a package, as a file inside of it imports: from where `index` has the names. */
export function importOwn(source: string, entry: string, index: string): string {
  const files = new Map<string, string>();
  for (const node of parseSync('index.ts', index).program.body) {
    if (node.type !== 'ExportNamedDeclaration' || node.source === null) continue;
    for (const { exported } of node.specifiers) {
      if (exported.type === 'Identifier') files.set(exported.name, node.source.value);
    }
  }
  const importing = `^import \\{([^}]*)\\} from '${entry}';\\n((?:import .*\\n)*)`;
  return source.replace(new RegExp(importing, 'm'), (_, list: string, others: string) => {
    const names = list.split(',').flatMap((name) => name.trim() || []);
    const own = names.map((name) => {
      const [, type = '', plain = name] = /^(type )?(.*)/.exec(name) ?? [];
      const file = files.get(plain);
      if (file === undefined) throw new Error(`${entry} exports no ${plain}`);
      return { file, line: `import ${type}{ ${plain} } from '${file}';\n` };
    });
    // A package's own files stand last, in the order of their names.
    own.sort((a, b) => (a.file < b.file ? -1 : 1));
    return others + own.map(({ line }) => line).join('');
  });
}

/** Adds an import to a module, and the imported name to the end of its list `list`. */
function addToList(
  source: string,
  file: string,
  list: string,
  { line, name }: { readonly line: string; readonly name: string },
): string {
  const { program } = parseSync(file, source);
  const last = program.body.findLast((node) => node.type === 'ImportDeclaration');
  const array = program.body
    .map((node) => (node.type === 'ExportNamedDeclaration' ? node.declaration : node))
    .flatMap((node) => (node?.type === 'VariableDeclaration' ? node.declarations : []))
    .find(({ id }) => id.type === 'Identifier' && id.name === list)?.init;
  if (array?.type !== 'ArrayExpression' || last === undefined) {
    throw new Error(`${file} has no list ${list}`);
  }
  const end = array.elements.at(-1)?.end ?? array.start + 1;
  return (
    source.slice(0, last.end) +
    `\n${line}` +
    source.slice(last.end, end) +
    (array.elements.length > 0 ? `, ${name}` : name) +
    source.slice(end)
  );
}

/** The row that a package unknown to the dependency graph adds to it. */
export function addPackage(source: string, { kebab }: Names): string {
  return source.replace('  // Private:', `  '${kebab}': ['nn'],\n  // Private:`);
}
