/** Boards, what is thought of the moves on them, and games as pictures. */
import type { Game } from '@kasane/rl/games';
import type { GridCell, GridEvent, PictureEvent } from '../../events/event.ts';
import { Canvas, type Colour } from '../../pictures/canvas.ts';

const BEGAN = 'X';
const SHADE = 0.75;

/** What stands on a square: X of who began, O of the other, or nothing. */
function marksOf(game: Game<unknown>, state: unknown): (string | undefined)[][] {
  return game
    .render(state)
    .split('\n')
    .map((row) => row.split(' ').map((mark) => (mark === '.' ? undefined : mark)));
}

const stone = (mark: string): GridCell =>
  mark === BEGAN ? { text: mark, shade: SHADE } : { text: mark, shade: SHADE, tone: 'bad' };

/** A board: X in blue, O in red. */
export function boardOf(name: string, game: Game<unknown>, state: unknown): GridEvent {
  const cells = marksOf(game, state).map((row) =>
    row.map((mark): GridCell => (mark === undefined ? {} : stone(mark))),
  );
  return { type: 'grid', name, cells };
}

const percent = (share: number): string => (share < 0.005 ? '' : `${Math.round(100 * share)}%`);

/** A board with a share for each move: on the square it takes, or above the column that the stone falls into. */
export function movesOf(
  name: string,
  game: Game<unknown>,
  state: unknown,
  shares: readonly number[],
): GridEvent {
  const columns = game.shape[2];
  const marks = marksOf(game, state);
  const share = (action: number): GridCell => {
    const value = shares[action]!;
    const text = percent(value);
    return { ...(text === '' ? {} : { text }), shade: 0.8 * value, tone: 'good' };
  };
  const hasColumns = game.actions === columns;
  const cells = marks.map((row, r) =>
    row.map((mark, c): GridCell => {
      if (mark !== undefined) return stone(mark);
      return hasColumns ? {} : share(r * columns + c);
    }),
  );
  if (hasColumns) cells.unshift(marks[0]!.map((_, c) => share(c)));
  return { type: 'grid', name, cells };
}

const SQUARE = 16; // pixels
const GAP = 12;
const [EMPTY, LINE, CROSS, CIRCLE, LAST]: readonly Colour[] = [
  [245, 245, 245],
  [205, 205, 205],
  [35, 90, 170],
  [200, 60, 50],
  [255, 222, 130],
];

/** All boards of a game, row by row; the square of the last move is yellow. */
export function drawnGame(
  name: string,
  game: Game<unknown>,
  states: readonly unknown[],
): PictureEvent {
  const [, rows, columns] = game.shape;
  const [width, height] = [columns * SQUARE + GAP, rows * SQUARE + GAP];
  const across = Math.min(states.length, columns > 3 ? 7 : 10);
  const canvas = new Canvas(
    across * width + GAP,
    Math.ceil(states.length / across) * height + GAP,
    255,
  );
  let before: (string | undefined)[][] = [];
  for (const [i, state] of states.entries()) {
    const [left, top] = [GAP + (i % across) * width, GAP + Math.floor(i / across) * height];
    const marks = marksOf(game, state);
    for (const [r, row] of marks.entries()) {
      for (const [c, mark] of row.entries()) {
        const [x, y] = [left + c * SQUARE, top + r * SQUARE];
        const isNew = i > 0 && mark !== before[r]![c];
        canvas.dot(x, y, LINE!, SQUARE);
        canvas.dot(x + 1, y + 1, isNew ? LAST! : EMPTY!, SQUARE - 2);
        if (mark !== undefined) drawStone(canvas, x, y, mark === BEGAN ? CROSS! : CIRCLE!);
      }
    }
    before = marks;
  }
  return canvas.shown(name);
}

/** A disc. */
function drawStone(canvas: Canvas, left: number, top: number, colour: Colour): void {
  const middle = (SQUARE - 1) / 2;
  for (let y = 0; y < SQUARE; y++) {
    for (let x = 0; x < SQUARE; x++) {
      if (Math.hypot(x - middle, y - middle) < 5.5) canvas.dot(left + x, top + y, colour);
    }
  }
}
