/** Every public export has a docstring, every value among them an example, and every README has what the others have. */
import { join, relative } from 'node:path';
import { docLines } from '../examples/extract.ts';
import { exportsOf, type Declared } from '../exports.ts';
import { readmeProblems } from '../readme.ts';
import { report } from '../run.ts';
import { packages, readManifest, root, sourceCondition } from '../workspace.ts';

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
  problems.push(...readmeProblems(dir, manifest));
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
for (const app of ['apps/bench', 'apps/demo']) {
  const dir = join(root, app);
  problems.push(...readmeProblems(dir, readManifest(dir)));
}
report(problems, `${names} public names are documented.`);
