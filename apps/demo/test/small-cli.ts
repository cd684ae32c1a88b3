import { inWorker } from '../src/cli/in-worker.ts';
import { interruption } from '../src/cli/interruption.ts';
import { main } from '../src/cli/main.ts';
import { endWhenUnwritable } from '../src/cli/streams.ts';
import { backends, exercises } from './small-catalog.ts';

// The command line over small exercises, for the tests that need a process of their own.
const { stdout, stderr } = process;
const signal = interruption();
endWhenUnwritable(stdout, stderr);
process.exitCode = await main(process.argv.slice(2), {
  exercises,
  backends,
  perform: inWorker(new URL('small-catalog.ts', import.meta.url)),
  stdout,
  stderr,
  signal,
});
