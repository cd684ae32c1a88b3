import { EXIT } from './environment.ts';

/** Aborts at the first Ctrl-C (or SIGTERM); a second one ends the process on the spot. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
