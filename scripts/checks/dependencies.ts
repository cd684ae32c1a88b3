/** Every package imports only what lies below it in the graph, and declares all it imports and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allowedImports } from '../dependency-graph.ts';
import { importsOf, packageOf } from '../imports.ts';
import { report } from '../run.ts';
import { files, packages, readManifest, root } from '../workspace.ts';

const problems: string[] = [];
let imports = 0;

for (const { id, manifest } of packages()) {
  const allowed = allowedImports(id);
  if (allowed === undefined) {
    problems.push(`packages/${id}: not in scripts/dependency-graph.ts; add its row there.`);
    continue;
  }
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  const unused = new Set(Object.keys(declared));
  for (const file of files(`packages/${id}/src/**/*.ts`)) {
    if (file.endsWith('.test.ts')) continue;
    for (const { specifier, line } of importsOf(join(root, file))) {
      const name = packageOf(specifier);
      if (name === undefined) continue;
      imports++;
      unused.delete(name);
      const at = `${file}:${line}`;
      if (name.startsWith('@kasane/') && !allowed.has(name.slice('@kasane/'.length))) {
        problems.push(
          `${at}: ${id} must not import ${name} (allowed: ${[...allowed].join(', ')}).`,
        );
      } else if (!(name in declared) && id !== 'testing') {
        problems.push(`${at}: ${name} is imported but not a dependency of packages/${id}.`);
      }
    }
  }
  // What may be absent is asked for at run time, by its name.
  for (const name of Object.keys(manifest.peerDependenciesMeta ?? {})) {
    const isAsked = (file: string): boolean =>
      !file.endsWith('.test.ts') && readFileSync(join(root, file), 'utf8').includes(`('${name}')`);
    if (files(`packages/${id}/src/**/*.ts`).some(isAsked)) unused.delete(name);
  }
  for (const name of unused)
    problems.push(`packages/${id}: ${name} is declared but never imported.`);
}

const demo = readManifest(join(root, 'apps/demo'));
for (const file of files('apps/demo/src/**/*.ts')) {
  for (const { specifier, line } of importsOf(join(root, file))) {
    const name = packageOf(specifier);
    if (name === undefined) continue;
    imports++;
    if (name === '@kasane/testing' && !file.endsWith('.test.ts')) {
      problems.push(`${file}:${line}: only tests may import @kasane/testing.`);
    } else if (
      !(name in { ...demo.dependencies, ...demo.devDependencies }) &&
      !file.endsWith('.test.ts')
    ) {
      problems.push(`${file}:${line}: ${name} is imported but not a dependency of apps/demo.`);
    }
  }
}

report(problems, `${imports} imports point the right way.`);
