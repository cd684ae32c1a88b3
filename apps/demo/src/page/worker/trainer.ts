import { thread } from 'virtual:threads';
import type { Question } from '../../runner.ts';
import type { Batch, Ended, Job, Pace, Reply, Request } from './messages.ts';

/** What a run or an answer tells while it goes on. */
export interface Listener {
  batch(batch: Batch): void;
  paused?(): void;
  /** Told when tensors are where they shall be. */
  ready?(backend: string): void;
}

/** Thrown for what was stopped. */
export class StoppedError extends Error {
  override readonly name: string = 'StoppedError';
}

/** Thrown where a graphics device was taken away. */
export class LostError extends Error {
  override readonly name: string = 'LostError';
}

/** Milliseconds that a thread has to stop by itself, between two events, before it is ended. */
const PATIENCE = 400;

interface Pending {
  readonly listener: Listener;
  readonly resolve: (reply: Extract<Reply, { type: 'ended' | 'weights' }>) => void;
  readonly reject: (error: Error) => void;
}

/** The thread that runs the exercises as they are. */
const ownThread = (): Worker => new Worker(thread, { type: 'module' });

/** The page's end of a thread that runs exercises: it starts with the first run, and anew after one that had to be ended. */
export class Trainer {
  #worker: Worker | null = null;
  #task = 0;
  #make = ownThread;
  readonly #pending = new Map<number, Pending>();

  /** Runs an exercise to its end. Rejects with StoppedError if it is stopped. */
  async run(job: Job, pace: Pace, rest: number, listener: Listener): Promise<Ended> {
    if (this.#pending.size > 0) this.#end();
    const reply = await this.#send((task) => ({ type: 'run', task, job, pace, rest }), listener);
    return (reply as Extract<Reply, { type: 'ended' }>).ended; // a run is answered so
  }

  /** Asks a try of what the last run has trained. */
  async ask(question: Question, listener: Listener): Promise<Ended> {
    const reply = await this.#send((task) => ({ type: 'ask', task, question }), listener);
    return (reply as Extract<Reply, { type: 'ended' }>).ended; // and so is a question
  }

  /** What the last run has trained as a safetensors file; null where that is no tensors. */
  async weights(): Promise<Uint8Array<ArrayBuffer> | null> {
    const reply = await this.#send((task) => ({ type: 'weights', task }), { batch() {} });
    return (reply as Extract<Reply, { type: 'weights' }>).file; // this answer is of no other type
  }

  /** Ends the thread, and makes those to come as it is told, or again as they were. */
  use(make: (() => Worker) | null): void {
    this.#end();
    this.#make = make ?? ownThread;
  }

  pace(pace: Pace, rest: number): void {
    this.#post({ type: 'pace', pace, rest });
  }

  /** Stops what goes on: soon, so that what is trained stays, or at once where a step takes long. */
  stop(): void {
    if (this.#pending.size === 0) return;
    const upTo = this.#task;
    this.#post({ type: 'stop' });
    setTimeout(() => {
      if ([...this.#pending.keys()].some((task) => task <= upTo)) this.#end();
    }, PATIENCE);
  }

  /** Ends the thread. */
  close(): void {
    this.#end();
  }

  #send(
    request: (task: number) => Request,
    listener: Listener,
  ): Promise<Extract<Reply, { type: 'ended' | 'weights' }>> {
    const task = ++this.#task;
    return new Promise((resolve, reject) => {
      this.#pending.set(task, { listener, resolve, reject });
      this.#post(request(task));
    });
  }

  #post(request: Request): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    (this.#worker ??= this.#start()).postMessage(request);
  }

  #start(): Worker {
    const worker = this.#make();
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => this.#hear(data));
    worker.addEventListener('error', ({ message }) => {
      if (this.#worker === worker)
        this.#end(new Error(message || 'The thread of the exercises ended.'));
    });
    return worker;
  }

  #hear(reply: Reply): void {
    const pending = this.#pending.get(reply.task);
    if (pending === undefined) return;
    if (reply.type === 'batch') return pending.listener.batch(reply.batch);
    if (reply.type === 'paused') return pending.listener.paused?.();
    if (reply.type === 'ready') return pending.listener.ready?.(reply.backend);
    this.#pending.delete(reply.task);
    if (reply.type === 'stopped') pending.reject(new StoppedError());
    else if (reply.type === 'failed' && reply.lost) {
      // Another thread gets another device.
      pending.reject(new LostError(reply.message));
      this.#end();
    } else if (reply.type === 'failed') {
      // For who mends it; who wrote it in the page is told there.
      if (!reply.usage && this.#make === ownThread) console.error(reply.stack ?? reply.message);
      pending.reject(new Error(reply.message));
    } else pending.resolve(reply);
  }

  #end(error: Error = new StoppedError()): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
