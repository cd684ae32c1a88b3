import type { Batch } from '../worker/messages.ts';
import type { Place } from './program-error.ts';

/** One thing that a program said. */
export type Said =
  /** What it printed. */
  | { readonly type: 'printed'; readonly level: 'log' | 'warn' | 'error'; readonly text: string }
  /** The value of a line with `// =>`. */
  | { readonly type: 'value'; readonly line: number; readonly text: string }
  /** Lines beyond those that are told. */
  | { readonly type: 'omitted' };

/** What ended a program, or would have if nothing else went on in it. `place` counts in the module that ran, head and all. */
export interface Fault {
  readonly message: string;
  readonly place: Place | null;
}

/** What the thread of a program tells the page. */
export type Told =
  | { readonly type: 'said'; readonly said: readonly Said[] }
  | { readonly type: 'reported'; readonly batch: Batch }
  | { readonly type: 'fault'; readonly fault: Fault }
  /** The last line was reached. */
  | { readonly type: 'done' };

/** Whether a message is of these, and not of an exercise's. */
export const isTold = (message: { readonly type: string }): message is Told =>
  ['said', 'reported', 'fault', 'done'].includes(message.type);
