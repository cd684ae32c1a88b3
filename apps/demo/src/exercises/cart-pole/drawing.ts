/** Runs of the cart as pictures: a moment beside the next. */
import type { PictureEvent } from '../../events/event.ts';
import { Canvas } from '../../pictures/canvas.ts';
import type { Colour } from '../../pictures/canvas.ts';

const [COLUMNS, WIDTH, HEIGHT, GAP] = [5, 120, 64, 4]; // pictures in a row, and pixels
const METRE = 22; // pixels
const [BACKGROUND, TRACK, CART, POLE, ARROW]: readonly Colour[] = [
  [250, 250, 250],
  [150, 150, 150],
  [60, 70, 90],
  [200, 120, 40],
  [30, 120, 200],
];

/** Where the cart was, how its pole leant, in radians, and which way it was pushed then. */
export interface Moment {
  readonly position: number;
  readonly angle: number;
  readonly push: number;
}

function draw(canvas: Canvas, { position, angle, push }: Moment, left: number, top: number): void {
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) canvas.dot(left + x, top + y, BACKGROUND!);
  }
  const ground = top + HEIGHT - 14;
  for (let x = 0; x < WIDTH; x++) canvas.dot(left + x, ground + 6, TRACK!);
  const middle = left + WIDTH / 2;
  const x = Math.round(middle + position * METRE);
  const within = (at: number): boolean => at >= left && at < left + WIDTH - 1;
  for (let dx = -10; dx < 10; dx++) {
    for (let dy = -5; dy < 5; dy++) if (within(x + dx)) canvas.dot(x + dx, ground + dy, CART!);
  }
  for (let r = 0; r < METRE * 1.6; r += 0.5) {
    const at = Math.round(x + r * Math.sin(angle));
    if (within(at)) canvas.dot(at, Math.round(ground - 5 - r * Math.cos(angle)), POLE!, 2);
  }
  for (let r = 12; r < 22; r++) {
    if (within(x + push * r)) canvas.dot(x + push * r, ground, ARROW!, r < 18 ? 1 : 2);
  }
}

/** At most 20 moments of a run, as far apart from each other, row by row; the cart's last is its last. */
export function drawnRun(name: string, moments: readonly Moment[]): PictureEvent {
  const count = Math.min(20, moments.length);
  const rows = Math.ceil(count / COLUMNS);
  const canvas = new Canvas(COLUMNS * (WIDTH + GAP) + GAP, rows * (HEIGHT + GAP) + GAP, 210);
  for (let i = 0; i < count; i++) {
    const at = count === 1 ? 0 : Math.round((i * (moments.length - 1)) / (count - 1));
    const left = GAP + (i % COLUMNS) * (WIDTH + GAP);
    draw(canvas, moments[at]!, left, GAP + Math.floor(i / COLUMNS) * (HEIGHT + GAP));
  }
  return canvas.shown(name);
}
