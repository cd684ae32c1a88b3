import type { Exercise } from '../exercise.ts';

/** Every exercise, in the order of the report. */
export const exercises: readonly Exercise[] = [];
