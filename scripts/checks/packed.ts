/**
 * The packed packages are sound: publint and are-the-types-wrong find nothing, and in an empty project
 * they install, type-check without our conditions, and train a network in plain Node; one that is imported and not used
 * adds nothing to a bundle.
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { readFileSync } from 'node:fs';
import { packAll } from '../pack.ts';
import { capture, report } from '../run.ts';
import { packages, readManifest, root } from '../workspace.ts';

const folder = join(root, 'out/packed');
const consumer = join(folder, 'consumer');
rmSync(folder, { recursive: true, force: true });
mkdirSync(consumer, { recursive: true });

const published = packages().filter((entry) => entry.published);

async function step(what: string, command: string, args: string[], cwd: string): Promise<string[]> {
  const { code, output } = await capture(command, args, { cwd });
  return code === 0 ? [] : [`${what}: ${[command, ...args].join(' ')} failed\n${output.trimEnd()}`];
}

const tarballs = new Map((await packAll(folder)).map(({ name, filename }) => [name, filename]));
const tarball = (id: string): string => tarballs.get(`@kasane/${id}`)!;

async function inspect(id: string): Promise<string[]> {
  const content = readFileSync(tarball(id));
  const { messages, pkg } = await publint({
    strict: true,
    pack: {
      tarball: content.buffer.slice(content.byteOffset, content.byteOffset + content.length),
    },
  });
  const lint = messages.map(
    (message) => `${id}: ${formatMessage(message, pkg, { color: false }) ?? ''}`,
  );
  const types = await step(
    id,
    'attw',
    [tarball(id), '--profile', 'esm-only', '--no-color', '--no-emoji'],
    root,
  );
  return [...lint, ...types];
}

const problems = (await Promise.all(published.map(({ id }) => inspect(id)))).flat();

/** What packages add to a bundle that imports all their entries and uses nothing of them. */
async function leftovers(): Promise<string[]> {
  const entries = published.flatMap(({ manifest: { name, exports, sideEffects } }) =>
    Object.entries(exports ?? {})
      // A worker's file is imported for what it does.
      .filter(
        ([, { default: file }]) => !(Array.isArray(sideEffects) && sideEffects.includes(file)),
      )
      .map(([entry]) => `${name}${entry.slice(1)}`),
  );
  const { metafile } = await build({
    absWorkingDir: consumer,
    stdin: {
      contents: entries.map((entry, i) => `import * as unused${i} from '${entry}';`).join('\n'),
      resolveDir: consumer,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs
    .filter(([path, { bytesInOutput }]) => path !== '<stdin>' && bytesInOutput > 0)
    .map(([path, { bytesInOutput }]) => `${path} adds ${bytesInOutput} bytes, though unused.`);
}

// The program a new user would write: ESM, strict types, no conditions of ours.
const program = `import { manualSeed, randn } from '@kasane/tensor-core';
import { backward } from '@kasane/autograd';
import { Linear, mseLoss } from '@kasane/nn';
import { SGD } from '@kasane/optim';

manualSeed(1);
const model = new Linear(3, 1);
const x = randn([16, 3]);
const y = x.sum(1, { keepdim: true });
const optimizer = new SGD(model.parameters(), { lr: 0.1 });
const losses: number[] = [];
for (let step = 0; step < 100; step++) {
  const loss = mseLoss(model.forward(x), y);
  optimizer.zeroGrad();
  backward(loss);
  optimizer.step();
  losses.push(loss.item());
}
const last = losses.at(-1) ?? Infinity;
if (!(last < 1e-3 && last < (losses[0] ?? 0))) throw new Error(\`the loss stayed at \${last}\`);
`;

// The second entry of tensor-core, before and after its optional peer is there.
const without = `import { gpu } from '@kasane/tensor-core/gpu';
let message = '';
try {
  gpu();
} catch (error) {
  message = String(error);
}
if (!message.includes('install it with \`npm install gpu.js@')) throw new Error(message);
`;
const withPeer = `import { tensor } from '@kasane/tensor-core';
import { gpu } from '@kasane/tensor-core/gpu';
const x = tensor([1, 2], { backend: gpu() });
const [, last] = await x.mul(x).data();
if (last !== 4) throw new Error(\`2 times 2 gave \${last}\`);
`;

// Pictures go to a worker, whose file lies beside the one that starts it.
const pictures = `import { encodePng } from '@kasane/datasets/images';
import { decodeWorkers } from '@kasane/datasets/node';
const red = { data: Uint8Array.of(255, 0, 0), channels: 3, height: 1, width: 1 };
const workers = decodeWorkers(1);
const { data } = await workers.decode(encodePng(red), 'red.png');
workers.close();
if (data.join() !== '255,0,0') throw new Error(\`a red pixel came back as \${data.join()}\`);
`;

if (problems.length === 0) {
  const dependencies = Object.fromEntries(
    published.map(({ id, manifest }) => [manifest.name, `file:${tarball(id)}`]),
  );
  writeFileSync(
    join(consumer, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies }),
  );
  writeFileSync(join(consumer, 'program.ts'), program);
  writeFileSync(join(consumer, 'pictures.ts'), pictures);
  writeFileSync(join(consumer, 'without.ts'), without);
  writeFileSync(join(consumer, 'with-peer.ts'), withPeer);
  writeFileSync(
    join(consumer, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2024',
        lib: ['es2024', 'esnext.disposable', 'dom'],
        module: 'nodenext',
        strict: true,
        exactOptionalPropertyTypes: true,
        types: [],
      },
      include: ['*.ts'],
    }),
  );
  const install = [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--package-lock=false',
  ];
  for (const [command, ...args] of [
    ['npm', ...install],
    ['tsc', '-p', 'tsconfig.json'],
    ['node', 'program.js'],
    ['node', 'pictures.js'],
    ['node', 'without.js'],
  ] as const) {
    problems.push(...(await step('an empty project', command, args, consumer)));
    if (problems.length > 0) break;
  }
  const peer = join(root, 'packages/tensor-core/node_modules/gpu.js');
  symlinkSync(peer, join(consumer, 'node_modules/gpu.js'));
  problems.push(...(await step('with gpu.js', 'node', ['with-peer.js'], consumer)));
  for (const { manifest } of published) {
    const { dependencies } = readManifest(join(consumer, 'node_modules', manifest.name));
    for (const [name, range] of Object.entries(dependencies ?? {})) {
      const wanted = published.find((one) => one.manifest.name === name)?.manifest.version;
      if (wanted !== undefined && range !== `^${wanted}`) {
        problems.push(`${manifest.name}: packed with ${range} of ${name}, not ^${wanted}.`);
      }
    }
  }
  problems.push(...(await leftovers()));
}
report(problems, `${published.length} packages are sound, install and run.`);
