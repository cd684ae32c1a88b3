import { backends } from './backends.ts';
import { EXIT } from './cli/environment.ts';
import { interruption } from './cli/interruption.ts';
import { main } from './cli/main.ts';
import { exercises } from './exercises/index.ts';

// `demo list | head` closes the pipe early, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});
const { stdout, stderr } = process;
const signal = interruption();
process.exitCode = await main(process.argv.slice(2), {
  exercises,
  backends,
  stdout,
  stderr,
  signal,
});
