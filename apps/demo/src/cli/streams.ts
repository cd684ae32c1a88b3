import { EXIT } from './environment.ts';

/** Ends the program when one of its streams cannot be written to, as on a full disk or behind a reader that has left. */
export function endWhenUnwritable(
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `demo list | head` closes the pipe early, which is no failure.
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    stderr.write(`demo: standard output cannot be written to (${error.code ?? error.message}).\n`);
    process.exit(EXIT.failed);
  });
  // There is nobody left to tell.
  stderr.on('error', ({ code }: NodeJS.ErrnoException) => {
    process.exit(code === 'EPIPE' ? EXIT.ok : EXIT.failed);
  });
}
