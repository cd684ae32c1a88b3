/**
 * Every exercise holds at its quick preset, and the record of which checks answer which rows of the course is current.
 * `--update` runs every variant and writes the record. What the command line printed is saved where KASANE_DEMO_RESULTS says.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, report } from '../run.ts';
import { root } from '../workspace.ts';

interface Ran {
  readonly id: string;
  readonly variant: string;
  readonly checks: readonly {
    readonly name: string;
    readonly rows: readonly number[];
    readonly holds: boolean;
    readonly expected: unknown;
    readonly measured: unknown;
  }[];
}
interface Recorded {
  readonly id: string;
  readonly variant: string;
  readonly checks: readonly { readonly name: string; readonly rows: readonly number[] }[];
}

const update = process.argv.includes('--update');
const path = join(root, 'apps/demo/src/course/coverage.gen.json');
const { code, output } = await capture('node', [
  '--conditions=@kasane/source',
  'apps/demo/src/cli.ts',
  '--json',
  ...(update ? ['--all-variants'] : []),
]);
const start = output.indexOf('[\n');
if (start < 0) report([`The exercises did not run: ${output}`], '');
const printed = output.slice(start, output.lastIndexOf(']') + 1);
const ran: readonly Ran[] = JSON.parse(printed);
const results = process.env['KASANE_DEMO_RESULTS'];
if (results !== undefined) writeFileSync(results, printed);
const now: readonly Recorded[] = ran.map(({ id, variant, checks }) => ({
  id,
  variant,
  checks: checks.map(({ name, rows }) => ({ name, rows })),
}));
if (update) writeFileSync(path, `${JSON.stringify(now, null, 1)}\n`);

const recorded: readonly Recorded[] = JSON.parse(readFileSync(path, 'utf8'));
const same = (a: Recorded | undefined, b: Recorded): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
const problems = [
  ...ran.flatMap(({ id, checks }) =>
    checks
      .filter(({ holds }) => !holds)
      .map(({ name, expected, measured }) => `${id}: ${name}: ${expected} expected, ${measured} measured.`),
  ),
  ...(code === 0 || ran.some(({ checks }) => checks.some(({ holds }) => !holds))
    ? []
    : [`The demo ended with ${code}.`]),
  ...now
    .filter((one) => !same(recorded.find(({ id, variant }) => id === one.id && variant === one.variant), one))
    .map(({ id }) => `${id} answers other rows than the record says; run "pnpm coverage".`),
]; // prettier-ignore
report(problems, `${ran.length} exercises, ${ran.flatMap(({ checks }) => checks).length} checks.`);
