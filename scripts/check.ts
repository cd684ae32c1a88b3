/**
 * `pnpm check [step ...] [--skip step,step] [--json file]`: all that CI runs.
 *
 * Each step prints one line with its seconds, and what it said if it failed. Two steps run at a time; a step
 * marked `alone` has the machine to itself, because its tests measure time or use every core.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { capture, type Outcome } from './run.ts';
import { packages, root } from './workspace.ts';

interface Step {
  readonly name: string;
  readonly what: string;
  readonly run: () => Promise<Outcome>;
  readonly after?: string;
  readonly alone?: boolean;
}

const script =
  (path: string, ...args: string[]) =>
  (): Promise<Outcome> =>
    capture('node', [path, ...args]);
const command =
  (name: string, ...args: string[]) =>
  (): Promise<Outcome> =>
    capture(name, args);

/** Type-checks every project, tests and scripts included, against the sources. */
async function types(): Promise<Outcome> {
  const projects = [
    'tsconfig.json',
    'apps/demo/tsconfig.json',
    'apps/demo/src/page/tsconfig.json',
    'docs/tsconfig.json',
    // The peers of the benchmarks are installed when these first run.
    ...(existsSync(join(root, 'apps/bench/node_modules')) ? ['apps/bench/tsconfig.json'] : []),
    ...packages().map(({ id }) => `packages/${id}/tsconfig.json`),
  ];
  let output = '';
  let code = 0;
  for (const project of projects) {
    const outcome = await capture('tsc', ['-p', project, '--pretty', 'false']);
    output += outcome.output;
    code ||= outcome.code;
  }
  return { code, output };
}

const steps: readonly Step[] = [
  // The longest first, beside it the others.
  {
    name: 'demo',
    what: 'every exercise holds at its quick preset',
    run: script('scripts/checks/demo.ts'),
  },
  {
    name: 'generated',
    what: 'generated files are what their generators write',
    run: script('packages/tensor-core/scripts/build-wasm.ts', '--check'),
  },
  {
    name: 'minified',
    what: 'the conformance suite over minified bundles',
    run: script('scripts/checks/minified.ts'),
  },
  {
    name: 'op-matrix',
    what: 'the page of ops, backends and gradients is current',
    run: command('node', '--conditions=@kasane/source', 'scripts/op-matrix.ts', '--check'),
  },
  {
    name: 'fuzz',
    what: '2,000 random programs agree on all backends, compiled and on two threads',
    run: command('node', '--conditions=@kasane/source', 'scripts/fuzz.ts', '--cases', '2000'),
  },
  {
    name: 'exercises',
    what: 'the list of exercises is current',
    run: command(
      'node',
      '--conditions=@kasane/source',
      'apps/demo/scripts/list-exercises.ts',
      '--check',
    ),
  },
  { name: 'types', what: 'tsc over packages, apps, tests and scripts', run: types },
  { name: 'format', what: 'oxfmt', run: command('oxfmt', '--check') },
  {
    name: 'lint',
    what: 'oxlint, import cycles included',
    run: command('oxlint', '--deny-warnings'),
  },
  { name: 'length', what: 'no file over 400 lines', run: script('scripts/checks/file-length.ts') },
  {
    name: 'dependencies',
    what: 'packages import what lies below them',
    run: script('scripts/checks/dependencies.ts'),
  },
  {
    name: 'documented',
    what: 'every export has a docstring and an example, every README the same parts',
    run: script('scripts/checks/documented.ts'),
  },
  {
    name: 'build',
    what: 'turbo run build',
    run: command('turbo', 'run', 'build', '--output-logs=errors-only'),
  },
  {
    name: 'examples',
    what: 'examples in READMEs, guides and docstrings run and keep their promises',
    run: script('scripts/check-examples.ts'),
  },
  {
    name: 'browser',
    what: 'packages and exercises are bundled for a browser',
    run: script('scripts/checks/browser.ts'),
  },
  { name: 'size', what: 'minified and compressed size', run: script('scripts/checks/size.ts') },
  {
    name: 'packed',
    what: 'publint, are-the-types-wrong, install into an empty project, nothing of it if unused',
    run: script('scripts/checks/packed.ts'),
    after: 'build',
  },
  {
    name: 'gen',
    what: 'scaffolded op, layers, optimizer, package and exercise type-check and pass their tests',
    run: script('scripts/checks/gen.ts'),
  },
  {
    name: 'docs',
    what: 'the site builds without a warning, says what it must of every export, its links lead somewhere, axe finds nothing',
    run: script('scripts/checks/docs.ts'),
  },
  {
    name: 'supply',
    what: 'licences, and what the registry knows of dangers',
    run: script('scripts/checks/supply.ts'),
  },
  {
    name: 'changesets',
    what: 'a release can be planned',
    run: script('scripts/checks/changesets.ts'),
  },
  { name: 'test', what: 'vitest', run: command('vitest', 'run'), alone: true },
];

const names = steps.map(({ name }) => name);

function usage(message: string): never {
  console.error(message);
  process.exit(2);
}

/** The steps that the command line asks for. */
function chosen(positionals: readonly string[], skip: readonly string[]): readonly Step[] {
  for (const name of [...positionals, ...skip]) {
    if (!names.includes(name)) usage(`check: no step "${name}"; there are ${names.join(', ')}.`);
  }
  const wanted = steps.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return wanted.filter(({ name }) => !skip.includes(name));
}

interface Verdict {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
}

async function runStep(step: Step): Promise<Verdict> {
  const start = performance.now();
  const { code, output } = await step.run();
  const seconds = (performance.now() - start) / 1000;
  const passed = code === 0;
  const mark = passed ? styleText('green', '✓') : styleText('red', '✗');
  console.log(`${mark} ${step.name.padEnd(13)}${seconds.toFixed(1).padStart(6)} s  ${step.what}`);
  if (!passed) console.log(`${output.trimEnd()}\n`);
  // Who asks for a step by its name wants to know what it found.
  else if (positionals.includes(step.name)) console.log(output.trimEnd().split('\n').at(-1));
  return { name: step.name, passed, seconds };
}

/** Runs steps two at a time in their order; those that come after another or want to be alone wait. */
async function runAll(list: readonly Step[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = list.filter(({ alone }) => alone !== true);
  const pending = new Set(waiting.map(({ name }) => name));
  const lane = async (): Promise<void> => {
    while (waiting.length > 0) {
      const ready = waiting.findIndex(({ after }) => after === undefined || !pending.has(after));
      const [step] = waiting.splice(Math.max(ready, 0), ready < 0 ? 0 : 1);
      if (step === undefined) {
        await new Promise((resume) => setTimeout(resume, 50));
        continue;
      }
      verdicts.push(await runStep(step));
      pending.delete(step.name);
    }
  };
  await Promise.all([lane(), lane()]);
  for (const step of list) if (step.alone === true) verdicts.push(await runStep(step));
  return verdicts;
}

const { values, positionals } = (() => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { skip: { type: 'string', default: '' }, json: { type: 'string' } },
    });
  } catch (error) {
    return usage(`check: ${error instanceof Error ? error.message : String(error)}`);
  }
})();
const list = chosen(positionals, values.skip.split(',').filter(Boolean));
const start = performance.now();
const verdicts = await runAll(list);
const failed = verdicts.filter(({ passed }) => !passed);
if (values.json !== undefined) {
  const path = join(root, values.json);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(verdicts, null, 2)}\n`);
}
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(
  failed.length === 0
    ? `${verdicts.length} checks hold after ${seconds} s.`
    : `${failed.length} of ${verdicts.length} checks failed after ${seconds} s: ${failed.map(({ name }) => name).join(', ')}.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
