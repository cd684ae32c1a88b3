import type { TextMap } from '../text-map.ts';
import { Drawing, type Colour, type Point } from './drawing.ts';
import type { Picture, PictureOptions } from './picture.ts';

const line: Colour = [200, 205, 210];
const agent: Colour = [225, 120, 30];

/** What a letter of a map looks like; others are free. */
const colours: Readonly<Record<string, Colour>> = {
  S: [200, 220, 245],
  G: [90, 180, 110],
  '#': [90, 95, 105],
  C: [120, 80, 60],
  H: [45, 85, 130],
  X: [190, 70, 70],
};
const free: Colour = [245, 247, 250];

/** A map with the agent in one of its cells. @internal */
export function drawCells(
  owner: string,
  { rows, columns, cells }: TextMap,
  at: number,
  options: PictureOptions | undefined,
): Picture {
  const view = { left: 0, right: columns, top: 0, bottom: rows };
  const drawing = new Drawing(owner, view, options, 40 * columns, line);
  Array.from(cells, (cell, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    drawing.rectangle([x + 0.02, y + 0.02], [x + 0.98, y + 0.98], colours[cell] ?? free);
  });
  drawing.disc([(at % columns) + 0.5, Math.floor(at / columns) + 0.5], 0.3, agent);
  return drawing.picture;
}

const places: readonly Colour[] = [
  [220, 80, 80],
  [90, 180, 110],
  [225, 190, 60],
  [90, 130, 220],
];
const wall: Colour = [60, 65, 75];
const taxi: Colour = [250, 200, 40];
const person: Colour = [120, 60, 160];

/** Where a taxi's walls, places, passenger and destination are. @internal */
export interface TaxiScene {
  readonly taxi: Point;
  /** Of R, G, Y and B. */
  readonly places: readonly Point[];
  /** Between which cells walls are: the cell at their left. */
  readonly walls: readonly Point[];
  /** The number of a place, or none in the taxi. */
  readonly passenger: number | undefined;
  readonly destination: number;
}

/** The taxi with its passenger as a dot; a frame is around the destination. @internal */
export function drawTaxi(scene: TaxiScene, options: PictureOptions | undefined): Picture {
  const view = { left: -0.1, right: 5.1, top: -0.1, bottom: 5.1 };
  const drawing = new Drawing('Taxi', view, options, 208, wall);
  for (let i = 0; i < 25; i++) {
    const [x, y] = [i % 5, Math.floor(i / 5)];
    drawing.rectangle([x, y], [x + 1, y + 1], line);
    drawing.rectangle([x + 0.02, y + 0.02], [x + 0.98, y + 0.98], free);
  }
  scene.places.forEach(([x, y], i) => {
    const isGoal = i === scene.destination;
    if (isGoal) drawing.rectangle([x + 0.06, y + 0.06], [x + 0.94, y + 0.94], wall);
    const edge = isGoal ? 0.13 : 0.1;
    drawing.rectangle([x + edge, y + edge], [x + 1 - edge, y + 1 - edge], places[i]!);
  });
  for (const [x, y] of scene.walls) drawing.line([x + 1, y], [x + 1, y + 1], 0.1, wall);
  const [x, y] = scene.taxi;
  drawing.rectangle([x + 0.2, y + 0.3], [x + 0.8, y + 0.7], wall);
  drawing.rectangle([x + 0.23, y + 0.33], [x + 0.77, y + 0.67], taxi);
  const at = scene.passenger === undefined ? scene.taxi : scene.places[scene.passenger]!;
  drawing.disc([at[0] + 0.5, at[1] + 0.5], 0.13, person);
  return drawing.picture;
}
