import type { ExerciseEvent } from '../events/event.ts';
import { outputFiles, type OutputFiles } from '../output/write-outputs.ts';
import { askExercise, runExercise } from '../runner.ts';
import type { Question, Reported, RunRecord, RunSettings } from '../runner.ts';
import { UsageError } from '../usage-error.ts';
import type { Environment } from './environment.ts';
import { readOriginals } from './originals.ts';
import type { CommonOptions } from './program.ts';

/** One run, in words that can be sent to another thread. */
export interface Job
  extends
    Pick<RunSettings, 'variant' | 'preset' | 'seed' | 'parameters'>,
    Pick<CommonOptions, 'out' | 'backend' | 'mode'> {
  /** The exercise's. */
  readonly id: string;
  /** The file or folder with the data that the exercise shall take. */
  readonly data?: string;
  /** What is asked of what was trained. */
  readonly question?: Question;
}

/** What a run left, and the files that it is to be written as; none without `out`. */
export interface Performed {
  readonly record: Omit<RunRecord, 'exercise'>;
  /** To the question, where there was one. */
  readonly answer?: Reported;
  readonly files: OutputFiles;
}

/** What is told while a run goes on, and how it is stopped. */
export interface Listening {
  readonly signal: AbortSignal;
  readonly onEvent: (event: ExerciseEvent) => void;
}

/** Does a job. Throws InterruptedError when the signal aborts, UsageError for what the person who asked can put right. */
export type Perform = (job: Job, listening: Listening) => Promise<Performed>;

/** Says which option it was that a backend refuses. */
async function switching(mode: string, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`demo: --mode ${mode}: ${error.message}`);
  }
}

/** Does jobs one after the other in this thread. */
export function inThisThread({
  exercises,
  backends,
}: Pick<Environment, 'exercises' | 'backends'>): Perform {
  let switchedTo = '';
  return async (job, listening) => {
    const { id, out, backend, mode = 'auto', data: path, question, ...settings } = job;
    const exercise = await exercises.find((one) => one.id === id)!.load(); // the command line knows the ids
    if (backend !== undefined && switchedTo !== `${backend} ${mode}`) {
      await switching(mode, () => backends[backend]?.(mode));
      switchedTo = `${backend} ${mode}`;
    }
    const data = path === undefined ? {} : { data: await readOriginals(exercise, path) };
    const {
      exercise: _,
      trained,
      ...record
    } = await runExercise(exercise, {
      ...settings,
      ...data,
      ...listening,
    });
    const files = out === undefined ? new Map() : await outputFiles(out, { ...record, exercise });
    if (question === undefined) return { record, files };
    const answer = await askExercise(exercise, trained, question, listening);
    return { record, files, answer };
  };
}
