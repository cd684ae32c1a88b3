import { parseSync } from 'rolldown/utils';
import type { Names } from './names.ts';

/** The lines that a new op adds to tensor.ts: its import, and its method at the end of the class. */
export function addOp(source: string, { kebab, camel }: Names): string {
  const { program } = parseSync('tensor.ts', source);
  const imports = program.body.filter((node) => node.type === 'ImportDeclaration');
  const next = imports.find(
    ({ source: from }) => from.value.startsWith('./ops/') && from.value > `./ops/${kebab}.ts`,
  );
  const declared = program.body.flatMap((node) =>
    node.type === 'ExportNamedDeclaration' && node.declaration?.type === 'ClassDeclaration'
      ? [node.declaration]
      : [],
  );
  const body = declared.find(({ id }) => id?.name === 'Tensor')?.body;
  const last = imports.at(-1);
  if (body === undefined || last === undefined) throw new Error('tensor.ts has no class Tensor');
  const taken = body.body.some(
    (member) => 'key' in member && member.key.type === 'Identifier' && member.key.name === camel,
  );
  if (taken) throw new Error(`Tensor already has a member ${camel}`);
  const method = `\n  /** the cube of each element */
  ${camel}(): Tensor {
    return run(${camel}, [this], undefined);
  }\n`;
  const end = body.end - 1; // before the closing brace
  const importAt = next?.start ?? last.end;
  const line = `import { ${camel} } from './ops/${kebab}.ts';`;
  return (
    source.slice(0, importAt) +
    (next === undefined ? `\n${line}` : `${line}\n`) +
    source.slice(importAt, end) +
    method +
    source.slice(end)
  );
}

/** The line that a new layer adds to the barrel. */
export function addExport(source: string, { kebab, Pascal }: Names): string {
  return `${source.trimEnd()}\nexport { ${Pascal} } from './${kebab}.ts';\n`;
}

/** The lines that a new exercise adds to the list of all exercises: its import and its place at the end. */
export function addExercise(source: string, { kebab, camel }: Names): string {
  const { program } = parseSync('index.ts', source);
  const last = program.body.findLast((node) => node.type === 'ImportDeclaration');
  const lists = program.body.flatMap((node) =>
    node.type === 'ExportNamedDeclaration' && node.declaration?.type === 'VariableDeclaration'
      ? node.declaration.declarations.flatMap(({ init }) =>
          init?.type === 'ArrayExpression' ? [init] : [],
        )
      : [],
  );
  const [list] = lists;
  if (list === undefined || last === undefined)
    throw new Error('index.ts has no list of exercises');
  const end = list.elements.at(-1)?.end ?? list.start + 1;
  return (
    source.slice(0, last.end) +
    `\nimport { ${camel} } from './${kebab}.ts';` +
    source.slice(last.end, end) +
    (list.elements.length > 0 ? `, ${camel}` : camel) +
    source.slice(end)
  );
}

/** The row that a package unknown to the dependency graph adds to it. */
export function addPackage(source: string, { kebab }: Names): string {
  return source.replace('  // Private:', `  '${kebab}': ['nn'],\n  // Private:`);
}

/** The line that a new package adds to the workspace's own dependencies, where examples find it. */
export function addDevelopmentDependency(source: string, { kebab }: Names): string {
  // The root's package.json is our own.
  const manifest = JSON.parse(source) as { devDependencies: Record<string, string> };
  const entries = { ...manifest.devDependencies, [`@kasane/${kebab}`]: 'workspace:*' };
  const devDependencies = Object.fromEntries(
    Object.entries(entries).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return `${JSON.stringify({ ...manifest, devDependencies }, null, 2)}\n`;
}
