/** Values and policies as grids with arrows, and walks as pictures. */
import type { GridWorld, Picture } from '@kasane/rl';
import type { Generator } from '@kasane/tensor-core';
import type { Arrow, GridCell, GridEvent, PictureEvent } from '../../events/event.ts';
import { film } from '../../pictures/film.ts';
import { COLUMNS, MAP } from './world.ts';

const ARROWS: readonly Arrow[] = ['up', 'right', 'down', 'left'];

/** The best value of each cell as its shade, and arrows for all actions that are as good as the best. */
export function valuesAndPolicy(name: string, Q: readonly ArrayLike<number>[]): GridEvent {
  const cellOf = (letter: string, cell: number): GridCell => {
    if (letter === '#') return { shade: 0.9 };
    if (letter === 'G') return { text: 'goal', shade: 0.6, tone: 'good' };
    if (letter === 'X') return { text: 'pit', shade: 0.6, tone: 'bad' };
    const values = Array.from(Q[cell]!);
    const best = Math.max(...values);
    const arrows = ARROWS.filter((_, action) => values[action]! > best - 1e-6);
    return { text: best.toFixed(2), shade: Math.min(Math.max(best, 0), 1) * 0.5, arrows };
  };
  const cells = MAP.map((row, y) =>
    Array.from(row, (letter, x) => cellOf(letter, y * COLUMNS + x)),
  );
  return { type: 'grid', name, cells };
}

/** One step of a walk, seen from where it began. */
export interface Stride {
  readonly cell: number;
  readonly action: number;
  readonly reward: number;
  readonly next: number;
}

/** Walks as `choose` says until the episode ends, or the actions or 60 steps are over. */
export function walk(
  env: GridWorld,
  generator: Generator,
  start: number | undefined,
  choose: (cell: number, step: number) => number | undefined,
): { strides: Stride[]; pictures: Picture[] } {
  env.reset({ seed: generator.below(2 ** 32) });
  if (start !== undefined) env.s = start;
  const strides: Stride[] = [];
  const pictures = [env.picture({ width: 120 })];
  for (let isOver = false; !isOver && strides.length < 60;) {
    const cell = env.s;
    const action = choose(cell, strides.length);
    if (action === undefined) break;
    const { reward, terminated, observation } = env.step(action);
    strides.push({ cell, action, reward, next: observation });
    pictures.push(env.picture({ width: 120 }));
    isOver = terminated;
  }
  return { strides, pictures };
}

export function drawnWalk(name: string, pictures: readonly Picture[]): PictureEvent {
  return film(name, pictures, { columns: 6, count: 24 });
}
