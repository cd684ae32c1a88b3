/**
 * What is installed has a licence that lets it be used, and no published package comes with something that the registry knows to be dangerous.
 * Where the registry answers no audit, that is said. (Lockfiles and install scripts are pnpm's affair: it installs what is locked, and
 * refuses a script that `allowBuilds` does not name.)
 */
import { capture, report } from '../run.ts';

/** May be built into what users ship. */
const permissive = new Set(['(MIT AND Zlib)', 'BSD-3-Clause', 'ISC', 'MIT']);
/** May be worked with here. */
const tools = new Set(
  [...permissive].concat('Apache-2.0', 'BSD-2-Clause', 'BlueOak-1.0.0', 'MPL-2.0', 'Python-2.0'),
);

type Licences = Readonly<Record<string, readonly { readonly name: string }[]>>;

async function licences(...args: readonly string[]): Promise<Licences> {
  const { code, output } = await capture('pnpm', ['-r', 'licenses', 'list', '--json', ...args]);
  if (code !== 0) throw new Error(output);
  // What pnpm documents.
  return JSON.parse(output) as Licences;
}

const problems: string[] = [];
let count = 0;
for (const [what, allowed, list] of [
  ['Users get', permissive, await licences('--prod')],
  ['This workspace installs', tools, await licences()],
] as const) {
  for (const [licence, used] of Object.entries(list)) {
    count = Math.max(count, Object.values(list).flat().length);
    if (allowed.has(licence)) continue;
    problems.push(`${what} ${used.map(({ name }) => name).join(', ')} under ${licence}.`);
  }
}

const audit = await capture('pnpm', ['audit', '--prod', '--audit-level', 'high']);
const found = audit.output.includes('vulnerabilities found');
const answer =
  audit.code === 0
    ? 'the audit found nothing'
    : `the registry answers no audit (${/ERR_\w+/.exec(audit.output)?.[0] ?? 'no reason'})`;
if (found) problems.push(audit.output.trimEnd());
report(problems, `${count} dependencies have licences that allow it; ${answer}.`);
