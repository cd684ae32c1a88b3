import type { ListedExercise } from '../exercise.ts';
import { catalog } from './data.gen.ts';
import { loads } from './loads.gen.ts';

/** Every exercise, in the order of the course: what is known of it, and the way to its code. */
export const exercises: readonly ListedExercise[] = catalog.map((entry) => ({
  ...entry,
  load: loads.get(entry.id)!, // both are written from the same list
}));
