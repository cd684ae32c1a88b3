/** Every changeset names published packages and says something, so that a release can be made of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from '../run.ts';
import { files, packages, root } from '../workspace.ts';

const published = new Set(
  packages().flatMap((entry) => (entry.published ? entry.manifest.name : [])),
);
const changesets = files('.changeset/*.md').filter((file) => !file.endsWith('README.md'));
const problems = changesets.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const [, bumps = '', summary = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
  const wrong = bumps.split('\n').flatMap((line) => {
    const [, name = '', bump] = /^['"]?([^'":]+)['"]?: (major|minor|patch)$/.exec(line) ?? [];
    if (bump === undefined) return [`${file}: "${line}" is not "package: major|minor|patch".`];
    return published.has(name) ? [] : [`${file}: ${name} is not a published package.`];
  });
  return summary.trim() === '' ? [...wrong, `${file}: says nothing about the change.`] : wrong;
});
report(problems, `${changesets.length} changesets are in order.`);
