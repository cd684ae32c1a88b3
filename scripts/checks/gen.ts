/** What `pnpm gen` writes type-checks and passes its tests: tried on a copy of the workspace. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { capture, report } from '../run.ts';
import { files, root } from '../workspace.ts';

const copy = mkdtempSync(join(tmpdir(), 'kasane-gen-'));
const scaffolds = [
  ['op', 'trial-cube', 'packages/tensor-core/tsconfig.json'],
  ['layer', 'TrialScale', 'packages/nn/tsconfig.json'],
  ['package', 'trial-package', 'packages/trial-package/tsconfig.json'],
  ['exercise', 'trial-exercise', 'apps/demo/tsconfig.json'],
] as const;

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
for (const [kind, name] of scaffolds) {
  const output = await step(`gen ${kind}`, 'node', ['scripts/gen.ts', kind, name]);
  written.push(...output.split('\n').filter((line) => line.endsWith('.ts')));
}
mkdirSync(join(copy, 'node_modules/@kasane'));
for (const id of readdirSync(join(copy, 'packages'))) {
  symlinkSync(join(copy, 'packages', id), join(copy, 'node_modules/@kasane', id));
}

if (problems.length === 0) {
  for (const [kind, , project] of scaffolds) await step(`gen ${kind}`, 'tsc', ['-p', project]);
  await step('gen', 'oxlint', ['--deny-warnings', ...written]);
  await step('gen', 'vitest', ['run', 'trial', 'exercises.test']);
  // A second time there is something to overwrite.
  const again = await capture('node', ['scripts/gen.ts', 'op', 'trial-cube'], { cwd: copy });
  if (again.code !== 2) problems.push('gen op: wrote over an existing op');
}
rmSync(copy, { recursive: true });
if (existsSync(join(root, 'packages/trial-package')))
  problems.push('gen package: wrote outside the copy');
report(problems, `${scaffolds.length} scaffolds type-check and pass their tests.`);
