/** What `pnpm gen` writes type-checks and passes its tests: tried on a copy of the workspace. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { capture, report } from '../run.ts';
import { files, root } from '../workspace.ts';

const copy = mkdtempSync(join(tmpdir(), 'kasane-gen-'));
const scaffolds: readonly (readonly string[])[] = [
  ['op', 'trial-cube'],
  ['layer', 'TrialScale'],
  ['layer', '--package', 'layers-cnn', 'trial-gain'],
  ['optimizer', 'TrialDescent'],
  ['package', 'trial-package'],
  ['exercise', 'trial-exercise'],
];

for (const file of files(
  '*.{json,ts,yaml}',
  '.ox*',
  'scripts/**',
  'templates/**',
  'apps/demo/**',
  'packages/**',
)) {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  cpSync(join(root, file), join(copy, file));
}

/** Links all that is installed in one folder into another, our own packages as they stand in the copy. */
function link(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== '@kasane') symlinkSync(join(from, name), join(to, name));
  }
}
link(join(root, 'node_modules'), join(copy, 'node_modules'));
mkdirSync(join(copy, 'node_modules/@kasane'));
function linkPackages(...ids: readonly string[]): void {
  for (const id of ids) {
    symlinkSync(join(copy, 'packages', id), join(copy, 'node_modules/@kasane', id));
  }
}
linkPackages(...readdirSync(join(copy, 'packages')));
const members = ['apps/demo', ...readdirSync(join(root, 'packages')).map((id) => `packages/${id}`)];
for (const folder of members) {
  const installed = join(root, folder, 'node_modules');
  if (existsSync(installed)) link(installed, join(copy, folder, 'node_modules'));
}

const problems: string[] = [];

async function step(what: string, command: string, args: readonly string[]): Promise<string> {
  const { code, output } = await capture(command, args, { cwd: copy });
  if (code !== 0)
    problems.push(`${what}: ${[command, ...args].join(' ')} failed\n${output.trimEnd()}`);
  return output;
}

const written: string[] = [];
for (const scaffold of scaffolds) {
  const output = await step(`gen ${scaffold[0]}`, 'node', ['scripts/gen.ts', ...scaffold]);
  written.push(...output.split('\n').filter((line) => line.endsWith('.ts')));
}
linkPackages('trial-package');

const compilerOptions = { noEmit: true, types: ['node'] };
if (problems.length === 0) {
  // All projects have the same options: one program of what was written, and all that it imports.
  const project = { extends: './tsconfig.base.json', compilerOptions, files: written };
  writeFileSync(join(copy, 'tsconfig.trial.json'), JSON.stringify(project));
  await step('gen', 'tsc', ['-p', 'tsconfig.trial.json']);
  await step('gen', 'oxlint', ['--deny-warnings', ...written]);
  await step('gen', 'vitest', [
    'run',
    'trial',
    'apps/demo/src/exercises/exercises.test',
    'apps/demo/test/cli',
  ]);
  // A second time there is something to overwrite.
  const again = await capture('node', ['scripts/gen.ts', 'op', 'trial-cube'], { cwd: copy });
  if (again.code !== 2) problems.push('gen op: wrote over an existing op');
}
rmSync(copy, { recursive: true });
if (existsSync(join(root, 'packages/trial-package')))
  problems.push('gen package: wrote outside the copy');
report(problems, `${scaffolds.length} scaffolds type-check and pass their tests.`);
