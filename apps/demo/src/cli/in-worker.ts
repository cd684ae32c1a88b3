import { Worker } from 'node:worker_threads';
import type { ProgressEvent } from '../events/event.ts';
import { formatNumber } from '../number-format.ts';
import { InterruptedError } from '../runner.ts';
import { UsageError } from '../usage-error.ts';
import type { Perform, Performed } from './perform.ts';

/** What the thread of the exercises tells. */
export type Answer =
  | { readonly type: 'progress'; readonly event: ProgressEvent }
  | { readonly type: 'performed'; readonly performed: Performed }
  | {
      readonly type: 'failed';
      /** Whether it was a UsageError. */
      readonly usage: boolean;
      readonly message: string;
      readonly stack: string | undefined;
    };

/**
 * Does jobs one after the other in a thread of their own, which an abort ends at once, in the middle of a step or of loading data. `catalog`
 * is the module that has exercises and backends.
 */
export function inWorker(catalog: URL): Perform {
  let worker: Worker | null = null;
  // Who is told what the thread says: one job at a time. Listeners stay, for a thread that has none is not read any more.
  let onAnswer: (answer: Answer) => void = () => {};
  let onEnd: (error: Error) => void = () => {};
  const start = (): Worker => {
    const thread = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: { catalog: catalog.href },
    });
    // One that was ended may still say something.
    const ours = (tell: () => void): void => {
      if (worker === thread) tell();
    };
    thread.on('message', (answer: Answer) => ours(() => onAnswer(answer)));
    thread.on('error', (error: Error) => ours(() => onEnd(error)));
    thread.on('exit', (code) =>
      ours(() => {
        worker = null;
        onEnd(new Error(`demo: the thread of the exercises ended with ${code}.`));
      }),
    );
    return thread;
  };
  return (job, { signal, onEvent }) =>
    new Promise<Performed>((resolve, reject) => {
      if (signal.aborted) throw new InterruptedError(`${job.id} stopped`);
      const thread = (worker ??= start());
      thread.ref();
      let reached = '';
      const settle = (how: () => void): void => {
        signal.removeEventListener('abort', stop);
        onAnswer = onEnd = () => {};
        thread.unref(); // an idle thread keeps no program alive
        how();
      };
      const stop = (): void => {
        onEnd(new InterruptedError(`${job.id} stopped${reached}`));
        void thread.terminate();
      };
      signal.addEventListener('abort', stop);
      onEnd = (error) => {
        worker = null;
        settle(() => reject(error));
      };
      onAnswer = (answer) => {
        if (answer.type === 'progress') {
          const { step, total } = answer.event;
          reached = ` at step ${formatNumber(step)} of ${formatNumber(total)}`;
          onEvent(answer.event);
        } else if (answer.type === 'performed') {
          settle(() => resolve(answer.performed));
        } else {
          const { usage, message, stack } = answer;
          const error = usage ? new UsageError(message) : new Error(message);
          if (stack !== undefined) error.stack = stack;
          settle(() => reject(error));
        }
      };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has none
      thread.postMessage(job);
    });
}
