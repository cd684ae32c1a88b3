/** The main entry of every package, and the exercises, are bundled for a browser: nothing of them needs Node. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { report } from '../run.ts';
import { packages, root, sourceCondition } from '../workspace.ts';

const entries = [
  ...packages()
    .filter(({ id }) => id !== 'testing')
    .map(({ id }) => `packages/${id}/src/index.ts`),
  'apps/demo/src/exercises/index.ts',
];
const problems: string[] = [];
for (const entry of entries) {
  try {
    await build({
      entryPoints: [join(root, entry)],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'browser',
      conditions: [sourceCondition],
      outdir: 'unused',
      write: false,
      logLevel: 'silent',
    });
  } catch (error) {
    problems.push(`${entry}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
report(problems, `${entries.length} bundles for a browser.`);
