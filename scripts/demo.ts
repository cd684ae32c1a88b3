/**
 * `pnpm demo`: builds what the exercises import, unless that is done, and runs the demo's command line on it.
 *
 * Standard output belongs to the demo alone, so that `--json` can be piped.
 */
import { build, passThrough } from './run.ts';

await build('@kasane/demo^...');
process.exitCode = await passThrough('node', ['apps/demo/src/cli.ts', ...process.argv.slice(2)]);
