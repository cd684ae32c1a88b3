/**
 * The conformance suite over bundles that esbuild and terser have minified: what users ship. A kernel
 * that a minifier may rewrite computes something else there; gpu.js has misread such code before.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { minify } from 'terser';
import { capture, report } from '../run.ts';
import { files, root, sourceCondition } from '../workspace.ts';

const folder = join(root, 'out/minified');

/** Bundles every conformance test with the sources it needs; what they share is split off. */
async function bundle(into: string, minified: boolean): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['packages/testing/src/setup.ts', ...files('packages/*/src/ops/*.test.ts')],
    outdir: into,
    outbase: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: [sourceCondition],
    // gpu.js is bundled and minified as well. It asks for gl where that is installed; here it is not.
    external: ['vitest', 'gl'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    minify: minified,
    logLevel: 'error',
  });
}

async function terserAll(into: string): Promise<void> {
  for (const entry of readdirSync(into, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.mjs')) continue;
    const path = join(into, entry);
    const { code } = await minify(readFileSync(path, 'utf8'), { module: true });
    writeFileSync(path, code!);
  }
}

const problems: string[] = [];
const lines: string[] = [];
rmSync(folder, { recursive: true, force: true });
for (const minifier of ['esbuild', 'terser']) {
  const into = join(folder, minifier);
  await bundle(into, minifier === 'esbuild');
  if (minifier === 'terser') await terserAll(into);
  writeFileSync(
    join(into, 'vitest.config.mjs'),
    `export default { test: { setupFiles: ['packages/testing/src/setup.mjs'], testTimeout: 30_000, isolate: false } };\n`,
  );
  // What gpu.js reads is what a minifier may break: kernels are tried with each, all else that has other values with one.
  const only = [
    '-t',
    minifier === 'terser' ? 'gpu(?!.*compiled)' : 'gpu|wasm in float32|gives the gradients',
  ];
  const { code, output } = await capture('vitest', ['run', '--root', into, ...only]);
  const summary = /Tests .*/.exec(output)?.[0] ?? 'no tests ran';
  lines.push(`${minifier}: ${summary.replaceAll(/\s+/g, ' ')}`);
  if (code !== 0) problems.push(`over the bundle minified by ${minifier}:\n${output.slice(-4000)}`);
}
report(problems, `${lines.join('; ')}.`);
