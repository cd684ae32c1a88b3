/**
 * `pnpm check:install`: packs every package, serves the tarballs from a registry on this machine, installs what the line of each
 * README says into an empty project, and tries the README's first example there: in Node 20, 22 and 24, Deno and
 * Bun; under the type checkers of TypeScript 5.9 and 7; and bundled for browsers by Vite, webpack, esbuild and Rollup.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { markdownExamples } from './examples/extract.ts';
import { packAll } from './pack.ts';
import { build, capture, environment, report } from './run.ts';
import { sideInstall } from './side-install.ts';
import { packages, root } from './workspace.ts';

const tools = join(root, 'scripts/install');
const bin = (...path: readonly string[]): string => join(tools, 'node_modules', ...path);
const folder = join(root, 'out/install');
const published = packages().filter((entry) => entry.published);

await sideInstall(tools);
await build('./packages/*');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

/** A README's line and its first example, as a new user copies them. */
interface Project {
  readonly name: string;
  readonly dir: string;
  readonly install: readonly string[];
}

function prepare(name: string, readme: string): Project {
  const text = readFileSync(join(root, readme), 'utf8');
  const line = /^npm i (.*)$/m.exec(text)?.[1];
  const example = markdownExamples(readme, join(root, readme))[0];
  if (line === undefined || example === undefined)
    throw new Error(`${readme}: no "npm i" line or no example.`);
  const dir = join(folder, name);
  mkdirSync(dir);
  const write = (file: string, content: string): void => writeFileSync(join(dir, file), content);
  write('package.json', JSON.stringify({ name, private: true, type: 'module' }));
  write('example.ts', `${example.lines.join('\n')}\nexport {};\n`);
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: [],
    outDir: 'js',
  };
  for (const [module, moduleResolution] of [
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ] as const) {
    const options = { ...compilerOptions, module, moduleResolution };
    write(
      `${moduleResolution}.json`,
      JSON.stringify({ compilerOptions: options, files: ['example.ts'] }),
    );
  }
  return { name, dir, install: line.split(' ') };
}

/** A registry that has the packed packages, and all else from where npm takes it. */
async function serve(): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const { output: upstream } = await capture('npm', ['config', 'get', 'registry']);
  const config = {
    storage: join(folder, 'registry'),
    uplinks: { upstream: { url: upstream.trim(), cache: false } },
    packages: {
      '@kasane/*': { access: '$all', publish: '$anonymous' },
      '**': { access: '$all', proxy: 'upstream' },
    },
    log: { type: 'stdout', format: 'pretty', level: 'error' },
  };
  const file = join(folder, 'registry.json'); // JSON is YAML
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(bin('.bin/verdaccio'), ['--config', file, '--listen', `${port}`], {
    env: environment,
    stdio: 'ignore',
  });
  const url = `http://localhost:${port}/`;
  for (let tries = 0; tries < 150; tries++) {
    const answer = await fetch(`${url}-/ping`).catch(() => null);
    if (answer?.ok === true) return { url, process: child };
    await new Promise((resume) => setTimeout(resume, 200));
  }
  child.kill();
  throw new Error(`The registry at ${url} did not start.`);
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** What is tried in each project: a name for the table, and a command. */
const example = 'js/example.js';
const inNode = (version: string) => [bin(version, 'bin/node'), example] as const;
const webpack = `require(${JSON.stringify(bin('webpack'))})({ mode: 'production', target: 'web', entry: './${example}', output: { path: process.cwd() + '/webpack' } }, (error, stats) => { if (error || stats.hasErrors()) { console.error(error ?? stats.toString('errors-only')); process.exit(1); } })`;
const rows: readonly (readonly [name: string, ...command: readonly [string, ...string[]]])[] = [
  ['TypeScript 5.9, node16', 'node', bin('typescript5/bin/tsc'), '-p', 'node16.json'],
  ['TypeScript 5.9, bundler', 'node', bin('typescript5/bin/tsc'), '-p', 'bundler.json', '--noEmit'],
  ['TypeScript 7, node16', 'node', bin('typescript7/bin/tsc'), '-p', 'node16.json', '--noEmit'],
  ['TypeScript 7, bundler', 'node', bin('typescript7/bin/tsc'), '-p', 'bundler.json', '--noEmit'],
  ['Node 20', ...inNode('node20')],
  ['Node 22', ...inNode('node22')],
  ['Node 24', ...inNode('node24')],
  ['Deno', bin('.bin/deno'), 'run', '--no-prompt', '--allow-read=.', example],
  ['Bun', bin('.bin/bun'), 'run', example],
  ['Vite', bin('.bin/vite'), 'build', '--logLevel', 'warn', '--outDir', 'vite'],
  ['webpack', 'node', '--input-type=commonjs', '--eval', webpack],
  [
    'esbuild',
    bin('.bin/esbuild'),
    example,
    '--bundle',
    '--format=esm',
    '--platform=browser',
    '--outfile=esbuild/out.js',
    '--log-level=error',
  ],
  [
    'Rollup',
    bin('.bin/rollup'),
    example,
    '-p',
    bin('@rollup/plugin-node-resolve'),
    '-d',
    'rollup',
    '--silent',
  ],
];

const only = process.argv.slice(2);
const projects = [
  ...(only.length === 0 ? [prepare('all', 'README.md')] : []),
  ...published
    .filter(({ id }) => only.length === 0 || only.includes(id))
    .map(({ id }) => prepare(id, `packages/${id}/README.md`)),
];
const registry = await serve();
const problems: string[] = [];
const run = async (
  what: string,
  [command, ...args]: readonly [string, ...string[]],
  cwd: string,
): Promise<boolean> => {
  const { code, output } = await capture(command, args, { cwd });
  if (code !== 0)
    problems.push(
      `${what}: ${[command, ...args].join(' ').replaceAll(root, '.')} failed\n${output.trimEnd()}`,
    );
  console.log(`${code === 0 ? '✓' : '✗'} ${what}`);
  return code === 0;
};
try {
  const settings = [
    `--registry=${registry.url}`,
    `--${registry.url.slice('http:'.length)}:_authToken=nobody`,
  ];
  for (const { name, filename } of await packAll(folder)) {
    await run(`publish ${name}`, ['npm', 'publish', filename, '--tag=latest', ...settings], folder);
  }
  const install = ['install', '--no-audit', '--no-fund', '--package-lock=false', ...settings];
  for (const { name, dir, install: names } of problems.length > 0 ? [] : projects) {
    writeFileSync(join(dir, 'index.html'), `<script type="module" src="./${example}"></script>\n`);
    if (!(await run(`${name}: npm i`, ['npm', ...install, ...names], dir))) continue;
    for (const [what, ...command] of rows) await run(`${name}: ${what}`, command, dir);
  }
} finally {
  registry.process.kill();
}
report(problems, `${projects.length} READMEs hold in ${rows.length} ways.`);
