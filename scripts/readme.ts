import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { markdownExamples } from './examples/extract.ts';
import { importsIn, packageOf } from './imports.ts';
import { root, type Manifest } from './workspace.ts';

/** The sections that every README has, in this order; others may stand between them. */
const sections = ['Example', 'What is inside', 'What is missing', 'Dependencies'];

/**
 * What a package's or an app's README lacks of what all of them have: the name and the description of package.json, a line to install it,
 * a first example that imports nothing but what that line installs, a table of what there is, what there is not, and a row for
 * each dependency that says why.
 */
export function readmeProblems(dir: string, manifest: Manifest): string[] {
  const path = join(dir, 'README.md');
  const name = relative(root, path);
  if (!existsSync(path)) return [`${name} is not there.`];
  const text = readFileSync(path, 'utf8');
  const [head = '', ...rest] = text.split(/^## /m);
  const found = new Map(rest.map((section) => [section.split('\n', 1)[0]!, section]));
  const problems: string[] = [];

  const start = `# ${manifest.name}\n\n> ${manifest.description}\n\n\`\`\`sh\n`;
  if (!head.startsWith(start)) {
    problems.push(`does not begin with its name, its description in package.json, and a command`);
  }
  const order = [...found.keys()].filter((heading) => sections.includes(heading));
  if (order.join() !== sections.join()) {
    problems.push(`has not the sections ${sections.join(', ')}, in this order`);
  }
  if (!/^\| -/m.test(found.get('What is inside') ?? '')) {
    problems.push('has no table in "What is inside"');
  }

  const { dependencies, peerDependencies } = manifest;
  const needed = { ...dependencies, ...peerDependencies };
  if (manifest.private === true) {
    // An app takes our own packages as a matter of course, and says why it has its tools.
    Object.assign(needed, manifest.devDependencies);
    for (const key of Object.keys(needed)) if (/^@(kasane|types)\//.test(key)) delete needed[key];
  } else {
    const installed = /^npm i (.*)$/m.exec(head)?.[1]?.split(' ') ?? [];
    const [example] = markdownExamples(name, path);
    const imports = importsIn(`${name}.ts`, example?.lines.join('\n') ?? '');
    const imported = imports.map(({ specifier }) => packageOf(specifier));
    if (!imported.includes(manifest.name)) problems.push('has a first example without the package');
    for (const one of new Set([manifest.name, ...imported])) {
      if (one !== undefined && !installed.includes(one)) {
        problems.push(`has a line "npm i" that does not install ${one} for its first example`);
      }
    }
  }
  const rows = found.get('Dependencies')?.matchAll(/^\| (`.*?`) +\| \S/gm) ?? [];
  const explained = [...rows].flatMap(([, cell = '']) => cell.match(/[^`, ]+/g) ?? []);
  const names = Object.keys(needed);
  const covers = (row: string, one: string): boolean =>
    row === one || (row.endsWith('/*') && one.startsWith(row.slice(0, -1)));
  for (const one of names) {
    if (!explained.some((row) => covers(row, one))) {
      problems.push(`does not say why it depends on ${one}`);
    }
  }
  for (const row of explained) {
    if (!names.some((one) => covers(row, one))) {
      problems.push(`says why it depends on ${row}, but it does not`);
    }
  }
  return problems.map((problem) => `${name} ${problem}.`);
}
