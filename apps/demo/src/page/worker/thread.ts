/**
 * The thread that runs exercises, so that the page never waits for them. It does one thing at a time: a run, then questions to what that
 * trained, until the next run.
 */
import { filesOfPage } from '../../data/files.ts';
import { kinds } from '../../data/kinds.ts';
import { loads } from '../../exercises/loads.gen.ts';
import type { Exercise, Original, Originals } from '../../exercise.ts';
import { askExercise, InterruptedError, runExercise } from '../../runner.ts';
import { UsageError } from '../../usage-error.ts';
import { Batching } from './batching.ts';
import type { Ended, Job, Reply, Request } from './messages.ts';
import { Pacing } from './pacing.ts';
import { Sampling } from './sampling.ts';
import { switchTo } from './switch.ts';
import { tensorsIn } from './weights.ts';

// An exercise that was edited takes its place here.
export { loads };

/** Milliseconds between two batches. */
const FRAME = 40;

const reply = (one: Reply, transfer: ArrayBuffer[] = []): void => postMessage(one, { transfer });

const pacing = new Pacing();
let abort = new AbortController();
let last: { readonly exercise: Exercise; readonly trained: unknown } | null = null;

/** Tells what an exercise reports, in batches, and lets the page set the pace. */
async function following(task: number): Promise<{
  readonly onEvent: NonNullable<Parameters<typeof runExercise>[1]>['onEvent'] & {};
  readonly flush: () => void;
  readonly sampling: Sampling;
}> {
  const { memory } = await import('@kasane/tensor-core');
  const { countFlops } = await import('@kasane/tensor-core/profile');
  const sampling = new Sampling(countFlops);
  const batching = new Batching();
  let told = -Infinity;
  const flush = (): void => {
    const { wasm, reference, gpu } = memory();
    const bytes = wasm.bytes + reference.bytes + (gpu?.bytes ?? 0);
    const { batch, transfer } = batching.take(bytes, sampling.perStep);
    reply({ type: 'batch', task, batch }, transfer);
    told = performance.now();
  };
  pacing.onPause = () => {
    flush();
    reply({ type: 'paused', task });
  };
  return {
    flush,
    sampling,
    onEvent(event) {
      if (event.type === 'progress') sampling.hear(event);
      batching.add(event);
      if (performance.now() - told >= FRAME) flush();
      return pacing.after(event);
    },
  };
}

/** Reads what somebody gave for an exercise. */
async function given({ id, data }: Exercise, files: readonly File[]): Promise<Originals[Original]> {
  if (data === undefined) throw new UsageError(`${id} takes no other data.`);
  try {
    return await kinds[data].read(filesOfPage(files));
  } catch (error) {
    // Whoever gave them can put it right; its class comes with the reader.
    if ((error as Error).name !== 'DataError') throw error;
    throw new UsageError((error as Error).message);
  }
}

async function run(task: number, job: Job): Promise<void> {
  const { id, device: wanted, files, ...settings } = job;
  const load = loads.get(id);
  if (load === undefined) throw new UsageError(`There is no exercise '${id}'.`);
  last = null;
  reply({ type: 'ready', task, backend: await switchTo(wanted) });
  const exercise = await load();
  const { onEvent, flush, sampling } = await following(task);
  const own = files === undefined ? {} : { data: await given(exercise, files) };
  const run = runExercise(exercise, { ...settings, ...own, signal: abort.signal, onEvent });
  const record = await run.finally(() => sampling.end());
  flush();
  const { metrics, checks, parameters, seconds, trained } = record;
  last = { exercise, trained };
  const ended: Ended = { metrics, checks, parameters, seconds, trained: trained !== undefined };
  reply({ type: 'ended', task, ended });
}

async function ask(task: number, question: Parameters<typeof askExercise>[2]): Promise<void> {
  if (last === null) throw new UsageError('Nothing is trained yet.');
  const { onEvent, flush } = await following(task);
  const start = performance.now();
  const settings = { signal: abort.signal, onEvent };
  const { metrics } = await askExercise(last.exercise, last.trained, question, settings);
  flush();
  const seconds = (performance.now() - start) / 1000;
  reply({
    type: 'ended',
    task,
    ended: { metrics, checks: [], parameters: {}, seconds, trained: true },
  });
}

async function weights(task: number): Promise<void> {
  const tensors = tensorsIn(last?.trained);
  if (Object.keys(tensors).length === 0) return reply({ type: 'weights', task, file: null });
  const { encodeSafetensors } = await import('@kasane/trainer');
  const file = Uint8Array.from(await encodeSafetensors(tensors));
  reply({ type: 'weights', task, file }, [file.buffer]);
}

/** Does what was asked for, and tells how it failed where it did. */
function answer(task: number, work: Promise<void>): void {
  work.catch((error: unknown) => {
    if (error instanceof InterruptedError) return reply({ type: 'stopped', task });
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const usage = error instanceof UsageError;
    const lost = (error as Error).name === 'DeviceLostError'; // whose class comes with gpu.js, if it is there
    reply({
      type: 'failed',
      task,
      message,
      ...(stack === undefined ? {} : { stack }),
      usage,
      lost,
    });
  });
}

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  switch (data.type) {
    case 'run':
      abort = new AbortController();
      pacing.set(data.pace, data.rest);
      return answer(data.task, run(data.task, data.job));
    case 'ask':
      abort = new AbortController();
      pacing.set('run', 0);
      return answer(data.task, ask(data.task, data.question));
    case 'weights':
      return answer(data.task, weights(data.task));
    case 'pace':
      return pacing.set(data.pace, data.rest);
    case 'stop':
      abort.abort();
      return pacing.set('run', 0);
  }
});
