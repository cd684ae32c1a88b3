/** Every changeset names packages that exist and are published, and a release can be planned from them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from '../run.ts';
import { files, packages, root } from '../workspace.ts';

const published = new Set(packages().flatMap(({ manifest }) => (manifest.private ? [] : manifest.name)));
const problems: string[] = [];
let count = 0;
for (const file of files('.changeset/*.md')) {
  if (file.endsWith('README.md')) continue;
  count++;
  const match = /^---\n(.*?)\n---\n(.*)$/s.exec(readFileSync(join(root, file), 'utf8'));
  if (match === null) {
    problems.push(`${file}: does not start with a block of packages between --- lines.`);
    continue;
  }
  for (const line of (match[1] ?? '').split('\n')) {
    const [, name, bump] = /^['"]?([^'":]+)['"]?: (major|minor|patch)$/.exec(line) ?? [];
    if (bump === undefined) problems.push(`${file}: "${line}" is not "package: major|minor|patch".`);
    else if (!published.has(name ?? '')) problems.push(`${file}: ${name} is not a published package.`);
  }
  if ((match[2] ?? '').trim() === '') problems.push(`${file}: says nothing about the change.`);
}
report(problems, `${count} changesets are in order.`);
