/**
 * `pnpm demo`: builds what the exercises import, unless that is done, and runs the demo's command line on it.
 *
 * Standard output belongs to the demo alone, so that `--json` can be piped.
 */
import { capture, passThrough } from './run.ts';

const build = await capture('turbo', [
  'run',
  'build',
  '--filter=@kasane/demo^...',
  '--output-logs=errors-only',
]);
if (build.code !== 0) {
  process.stderr.write(build.output);
  process.exit(build.code);
}
process.exitCode = await passThrough('node', ['apps/demo/src/cli.ts', ...process.argv.slice(2)]);
