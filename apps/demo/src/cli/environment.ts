import type { Mode } from '../device-names.ts';
import type { ListedExercise } from '../exercise.ts';
import type { Perform } from './perform.ts';

/** The part of a stream of the process that the command line uses. */
export type Output = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns' | 'on'>;

/** All that the command line touches outside itself, so that a test can stand in for it. */
export interface Environment {
  readonly exercises: readonly ListedExercise[];
  /** What each name after `--backend` switches to; only `gpu` looks at `--mode`. */
  readonly backends: Readonly<Record<string, (mode: Mode) => unknown>>;
  /** Runs exercises. Default: in this thread. */
  readonly perform?: Perform;
  /** Builds the page, unless that is done, and says in which folder it is. Default: as the workspace builds it. */
  readonly buildPage?: () => Promise<string>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborts when the person at the keyboard has had enough. */
  readonly signal: AbortSignal;
}

/** Exit statuses, as the documentation promises them. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
