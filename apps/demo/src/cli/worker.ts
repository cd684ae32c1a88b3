/**
 * The thread that runs exercises, so that whatever they do the one of the command line hears Ctrl-C. It is given the module that has
 * exercises and backends, then one job after the other, and answers each with how far it is and how it ended.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { UsageError } from '../usage-error.ts';
import type { Answer } from './in-worker.ts';
import { inThisThread, type Job } from './perform.ts';

/** Milliseconds between two answers about how far a run is: some exercises take a million steps a second. */
const FRAME = 40;

const port = parentPort!; // this is a worker
const answer = (one: Answer): void => port.postMessage(one);
const perform = inThisThread(await import(workerData.catalog));
const { signal } = new AbortController(); // who wants a run to end ends the thread

port.on('message', (job: Job) => {
  let told = -Infinity;
  perform(job, {
    signal,
    onEvent(event) {
      const now = performance.now();
      if (event.type !== 'progress' || (now - told < FRAME && event.step < event.total)) return;
      told = now;
      answer({ type: 'progress', event });
    },
  }).then(
    (performed) => answer({ type: 'performed', performed }),
    (error: unknown) => {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      answer({ type: 'failed', usage: error instanceof UsageError, message, stack });
    },
  );
});
