/** Runs of the cart as pictures: a moment beside the next. */
import { CartPole } from '@kasane/rl';
import type { PictureEvent } from '../../events/event.ts';
import type { Colour } from '../../pictures/canvas.ts';
import { film } from '../../pictures/film.ts';

const WIDTH = 130; // pixels, of 5.2 metres
const ARROW: Colour = [30, 120, 200];

/** Where the cart was, how its pole leant, in radians, and which way it was pushed then. */
export interface Moment {
  readonly position: number;
  readonly angle: number;
  readonly push: number;
}

/** At most 20 moments of a run, as far apart from each other, row by row; the cart's last is its last. */
export function drawnRun(name: string, moments: readonly Moment[]): PictureEvent {
  const cart = new CartPole();
  const pictures = moments.map(({ position, angle }) => {
    cart.state.set([position, 0, angle, 0]);
    return cart.picture({ width: WIDTH });
  });
  return film(name, pictures, {
    columns: 5,
    count: 20,
    mark(canvas, at, left, top) {
      const { position, push } = moments[at]!;
      const middle = Math.round(left + WIDTH / 2 + (position * WIDTH) / 5.2);
      for (let r = 9; r < 18; r++) {
        const x = middle + push * r;
        if (x >= left && x < left + WIDTH - 1) canvas.dot(x, top + 43, ARROW, r < 15 ? 1 : 2);
      }
    },
  });
}
