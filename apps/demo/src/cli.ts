import { backends, exercises } from './cli/catalog.ts';
import { inWorker } from './cli/in-worker.ts';
import { interruption } from './cli/interruption.ts';
import { main } from './cli/main.ts';
import { endWhenUnwritable } from './cli/streams.ts';

const { stdout, stderr } = process;
const signal = interruption();
endWhenUnwritable(stdout, stderr);
process.exitCode = await main(process.argv.slice(2), {
  exercises,
  backends,
  perform: inWorker(new URL('cli/catalog.ts', import.meta.url)),
  stdout,
  stderr,
  signal,
});
