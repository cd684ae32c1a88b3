/**
 * `pnpm gen op|layer|optimizer|package|exercise <name>`: starts something new from its template.
 * `pnpm gen layer --package layers-cnn <name>` puts the layer into another package than nn.
 *
 * What it writes runs and passes its test; it is there to be changed. Nothing is overwritten.
 */
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { dependencyGraph } from './dependency-graph.ts';
import {
  addExport,
  addFuzzRow,
  addKernels,
  addOp,
  addOptimizer,
  addPackage,
  addReadmeRow,
  fileOfMethod,
  importOwn,
  methodSources,
} from './gen/edits.ts';
import { fill, namesOf, type Names } from './gen/names.ts';
import { capture } from './run.ts';
import { root } from './workspace.ts';

interface Kind {
  /** Where the template's files go. */
  readonly target: string;
  /** The existing files that have to know, and how they change. */
  readonly edits: readonly {
    readonly file: string;
    readonly change: (source: string, names: Names) => string;
  }[];
  /** The package that it goes to unless one is given; without, there is no choice. */
  readonly package?: string;
  /** What Node runs when all is written. */
  readonly after?: readonly string[];
  readonly next: string;
}

const kinds: Readonly<Record<string, Kind>> = {
  op: {
    target: 'packages/tensor-core/src/ops',
    get edits() {
      return [
        { file: fileOfMethod(methodSources()), change: addOp },
        { file: 'packages/tensor-core/src/backends/gpu/kernels.ts', change: addKernels },
      ];
    },
    next: 'Write its rule, its loop, its gradient and its gpu.js kernel; the samples of its test say what it must do. If it is more than a function of one element, move its method to the file of its kind in packages/tensor-core/src/tensor.',
  },
  layer: {
    package: 'nn',
    target: 'packages/{{package}}/src',
    edits: [{ file: 'packages/{{package}}/src/index.ts', change: addExport }],
    next: 'Write its equation and its forward; then its row in scripts/fuzz, and what PyTorch computes as a fixture.',
  },
  optimizer: {
    target: 'packages/optim',
    edits: [
      { file: 'packages/optim/src/index.ts', change: addOptimizer },
      { file: 'packages/optim/README.md', change: addReadmeRow },
      { file: 'scripts/fuzz/rows-optim.ts', change: addFuzzRow },
    ],
    next: "Write its rule, its state and its update; then put it into test/fixtures/generate.py, for the fixture is Adagrad's.",
  },
  package: {
    target: 'packages/{{kebab}}',
    edits: [
      {
        file: 'scripts/dependency-graph.ts',
        change: (source, names) =>
          names.kebab in dependencyGraph ? source : addPackage(source, names),
      },
    ],
    next: 'Run "pnpm install" to link it, then say in its package.json what it is.',
  },
  exercise: {
    target: 'apps/demo/src/exercises',
    edits: [],
    after: ['--conditions=@kasane/source', 'apps/demo/scripts/list-exercises.ts'],
    next: 'Declare its parameters, write its run, and hold it against what the course found.',
  },
};

function refuse(message: string): never {
  console.error(`gen: ${message}`);
  process.exit(2);
}

function readArguments(): {
  readonly values: { package?: string };
  readonly positionals: string[];
} {
  try {
    return parseArgs({ allowPositionals: true, options: { package: { type: 'string' } } });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const { values: given, positionals } = readArguments();
const [kindName = '', name = '', ...more] = positionals;
const kind = Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined;
if (kind === undefined || more.length > 0) {
  refuse(
    `write "pnpm gen ${Object.keys(kinds).join('|')} <name>", such as "pnpm gen op log-sigmoid".`,
  );
}
const { package: id = kind.package } = given;
if (given.package !== undefined && kind.package === undefined) {
  refuse(`--package is for layers; leave it out for "${kindName}".`);
}
if (id !== undefined && !existsSync(join(root, 'packages', id, 'src/index.ts'))) {
  refuse(`there is no package "${id}"; name a folder of packages/.`);
}
const spelled =
  namesOf(name) ?? refuse(`"${name}" is not a name; write words like log-sigmoid or LogSigmoid.`);
const names: Names = { ...spelled, ...(id === undefined ? {} : { package: id }) };

/** Templates import from main entries, which a package's own files do not. */
function ownImports(source: string): string {
  if (id === undefined) return source;
  const index = readFileSync(join(root, 'packages', id, 'src/index.ts'), 'utf8');
  return importOwn(source, `@kasane/${id}`, index);
}

const template = join(root, 'templates', kindName);
const target = join(root, fill(kind.target, names));
const written = globSync('**/*', { cwd: template })
  .filter((file) => statSync(join(template, file)).isFile())
  .map((file) => ({
    path: join(target, fill(file, names)),
    content: ownImports(fill(readFileSync(join(template, file), 'utf8'), names)),
  }));
for (const { path } of written) {
  if (existsSync(path)) refuse(`${path} exists already; nothing was written.`);
}

const changed = [...written];
for (const { file, change } of kind.edits) {
  const path = join(root, fill(file, names));
  try {
    changed.push({ path, content: change(readFileSync(path, 'utf8'), names) });
  } catch (error) {
    refuse(`${error instanceof Error ? error.message : String(error)}; nothing was written.`);
  }
}
for (const { path, content } of changed) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
const format = await capture(
  'oxfmt',
  changed.map(({ path }) => path),
);
if (format.code !== 0) console.error(format.output);
if (kind.after !== undefined) {
  const after = await capture('node', kind.after);
  if (after.code !== 0) {
    console.error(after.output);
    process.exitCode = 1;
  }
}
for (const { path } of changed) console.log(path.slice(root.length + 1));
console.log(kind.next);
