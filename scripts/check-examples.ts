/**
 * Runs and type-checks every example in the READMEs, the guides and the docstrings, or those of one folder:
 * `node scripts/check-examples.ts packages/optim`.
 *
 * Each becomes a module in `out/examples`; `expr; // => value` is held to its promise. An example that
 * fails among others is run again alone, so that one cannot spoil the next.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { docstringExamples, markdownExamples, quotes, type Example } from './examples/extract.ts';
import { instrument } from './examples/instrument.ts';
import type { Job, Result } from './examples/worker.ts';
import { capture, report } from './run.ts';
import { files, root, sourceCondition } from './workspace.ts';

const processes = 2;
const patience = 60_000;
const reruns = 24;
const [only = ''] = process.argv.slice(2);
const folder = join(root, 'out/examples', only);
const wanted = (file: string): boolean => only === '' || file.startsWith(`${only}/`);

const examples: readonly Example[] = [
  ...files('README.md', 'packages/*/README.md', 'docs/guides/**/*.md')
    .filter(wanted)
    .flatMap((file) => markdownExamples(file, join(root, file))),
  ...files('packages/*/src/**/*.ts')
    .filter((file) => wanted(file) && !file.endsWith('.test.ts') && !file.endsWith('.gen.ts'))
    .flatMap((file) => docstringExamples(file, join(root, file))),
];

const problems: string[] = examples.length === 0 ? [`There are no examples in ${only}.`] : [];

// What CONTRIBUTING.md quotes from the sources has to stand there.
for (const { file, line, source, text } of quotes(
  'CONTRIBUTING.md',
  join(root, 'CONTRIBUTING.md'),
)) {
  const path = join(root, source);
  // The formatter may indent a quote differently.
  const flat = (code: string): string => code.replaceAll(/^\s+/gm, '');
  if (!existsSync(path) || !flat(readFileSync(path, 'utf8')).includes(flat(text))) {
    problems.push(`${file}:${line} quotes ${source}, but these lines are not there`);
  }
}

const jobs: Job[] = [];

function problem(id: number, line: number, message: string): void {
  const example = examples[id];
  const place = example?.origin[Math.max(line, 0)] ?? example?.origin.at(-1) ?? 0;
  problems.push(`${example?.file ?? ''}:${place} ${message}`);
}

const moduleName = (id: number): string => `example-${String(id).padStart(4, '0')}.ts`;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [id, example] of examples.entries()) {
  try {
    const { code, expectations } = instrument(example);
    const path = join(folder, moduleName(id));
    // `export {}` makes a module of an example that imports nothing.
    writeFileSync(path, `${code}\nexport {};\n`);
    jobs.push({ id, module: pathToFileURL(path).href, expectations });
  } catch (error) {
    problem(id, 0, error instanceof Error ? error.message : String(error));
  }
}
writeFileSync(
  join(folder, 'harness.d.ts'),
  `declare function __value(at: number, value: unknown): void;
declare function __silence(): void;
declare function __printed(at: number): void;
declare function __throws(at: number, action: () => Promise<void>): Promise<void>;
`,
);
writeFileSync(
  join(folder, 'tsconfig.json'),
  JSON.stringify({
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      types: ['node'],
      declaration: false,
      isolatedDeclarations: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    include: ['*.ts'],
  }),
);

function startWorker(): ChildProcess {
  return fork(join(root, 'scripts/examples/worker.ts'), {
    execArgv: [`--conditions=${sourceCondition}`],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Runs one example in a worker; a worker that dies or hangs gives a failure, and is not used again. */
function runIn(worker: ChildProcess, job: Job): Promise<{ result: Result; alive: boolean }> {
  return new Promise((settle) => {
    const finish = (result: Result, alive: boolean): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      if (!alive) worker.kill('SIGKILL');
      settle({ result, alive });
    };
    const fail = (message: string): void =>
      finish({ id: job.id, failures: [{ line: -1, message }] }, false);
    const timer = setTimeout(() => fail(`did not finish in ${patience / 1000} s`), patience);
    worker.once('message', (message) => finish(message as Result, true)); // only worker.ts sends
    worker.once('exit', (code) => fail(`ended the process with exit code ${code ?? 'none'}`));
    worker.send(job);
  });
}

/** Works through a list, each example in a fresh process if `alone`. */
async function runAll(list: readonly Job[], alone: boolean): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...list];
  const lane = async (): Promise<void> => {
    let worker: ChildProcess | undefined;
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      worker ??= startWorker();
      const { result, alive } = await runIn(worker, job);
      results.push(result);
      if (!alive || alone) {
        worker.kill();
        worker = undefined;
      }
    }
    worker?.kill();
  };
  await Promise.all(Array.from({ length: processes }, lane));
  return results;
}

async function typeCheck(): Promise<void> {
  const { code, output } = await capture('tsc', ['-p', folder, '--pretty', 'false']);
  if (code === 0) return;
  for (const line of output.split('\n')) {
    const match = /example-(\d+)\.ts\((\d+),\d+\): error (.*)/.exec(line);
    if (match !== null) problem(Number(match[1]), Number(match[2]) - 1, match[3] ?? '');
    else if (/error TS/.test(line)) problems.push(line);
  }
}

const [first] = await Promise.all([runAll(jobs, false), typeCheck()]);
// Where many fail, something they share is broken, and running each alone would only say so again.
const suspects = first.filter(({ failures }) => failures.length > 0);
const again = new Set(suspects.slice(0, reruns).map(({ id }) => id));
const second = await runAll(
  jobs.filter(({ id }) => again.has(id)),
  true,
);
for (const { id, failures } of [...second, ...suspects.slice(reruns)]) {
  for (const { line, message } of failures) problem(id, line, message);
}
const promises = jobs.reduce((sum, { expectations }) => sum + expectations.length, 0);
report(problems, `${examples.length} examples run and keep their ${promises} promises.`);
