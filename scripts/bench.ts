/**
 * `pnpm bench`: installs the peers when they are missing, builds what one row imports as it is published,
 * and runs the benchmarks.
 */
import { join } from 'node:path';
import { build, passThrough } from './run.ts';
import { sideInstall } from './side-install.ts';
import { root, sourceCondition } from './workspace.ts';

const bench = join(root, 'apps/bench');
await sideInstall(bench);
await build('@kasane/nn...', '@kasane/optim...');
process.exitCode = await passThrough('node', [
  `--conditions=${sourceCondition}`,
  '--expose-gc',
  join(bench, 'src/main.ts'),
  ...process.argv.slice(2),
]);
