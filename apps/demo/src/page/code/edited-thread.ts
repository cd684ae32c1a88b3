import { modules } from 'virtual:modules';
import { thread } from 'virtual:threads';
import type { Reply } from '../worker/messages.ts';
import { linkExercise, placeInFile, type LessonSource } from './link-exercise.ts';
import type { Place } from './program-error.ts';
import { threadOf } from './program-run.ts';
import { placeIn } from './stack.ts';
import { isTold, type Fault, type Said, type Told } from './told.ts';

/** Wrong in a file of an exercise; without a file where no line of it is to blame. */
export interface WrongInFile {
  readonly message: string;
  readonly at: { readonly file: string; readonly place: Place } | null;
}

/** What is heard of an exercise that was edited besides what every exercise tells. */
export interface Listener {
  said(said: readonly Said[]): void;
  wrong(wrong: WrongInFile): void;
}

/**
 * Makes threads that run an exercise as it was edited.
 *
 * @throws FileError for a file that is no TypeScript, or imports what is not there
 */
export function editedThread(source: LessonSource, listener: Listener): () => Worker {
  const linked = linkExercise(source, modules, thread);
  return () => {
    const { worker, url } = threadOf(linked.code);
    let ready = false;
    const held: unknown[] = [];
    const post = worker.postMessage.bind(worker) as (message: unknown) => void;
    // Until the exercise stands there, the thread would run the one that was there before.
    worker.postMessage = (message: unknown) => (ready ? post(message) : void held.push(message));
    const wrong = ({ message, place }: Fault): void => {
      listener.wrong({ message, at: place && placeInFile(linked, place) });
    };
    worker.addEventListener('message', ({ data }: MessageEvent<Told | Reply>) => {
      if (data.type === 'failed') {
        return wrong({ message: data.message, place: placeIn(data.stack, url) });
      }
      if (!isTold(data)) return;
      if (data.type === 'said') listener.said(data.said);
      else if (data.type === 'done') {
        ready = true;
        for (const message of held) post(message);
      } else if (data.type === 'fault') {
        wrong(data.fault);
        // Nobody would answer what was asked of it.
        if (!ready) worker.dispatchEvent(new ErrorEvent('error', { message: data.fault.message }));
      }
    });
    return worker;
  };
}
