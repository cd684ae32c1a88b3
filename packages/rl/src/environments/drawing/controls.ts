import { Drawing, type Colour, type Point } from './drawing.ts';
import type { Picture, PictureOptions } from './picture.ts';

type State = Float64Array | Float32Array;

const background: Colour = [250, 250, 250];
const ground: Colour = [140, 140, 140];
const body: Colour = [55, 65, 90];
const limb: Colour = [200, 120, 40];
const joint: Colour = [110, 120, 200];
const goal: Colour = [30, 150, 90];

/** The cart on its track, and the pole in its length: 1 metre. @internal */
export function drawCartPole(state: State, options: PictureOptions | undefined): Picture {
  const [x, , angle] = state as unknown as readonly [number, number, number, number]; // four numbers
  const view = { left: -2.6, right: 2.6, bottom: -0.5, top: 1.5 };
  const drawing = new Drawing('CartPole', view, options, 300, background);
  drawing.line([-2.6, -0.16], [2.6, -0.16], 0.03, ground);
  for (const end of [-2.4, 2.4]) drawing.line([end, -0.16], [end, -0.3], 0.03, ground);
  drawing.rectangle([x - 0.22, -0.14], [x + 0.22, 0.14], body);
  drawing.line([x, 0.08], [x + Math.sin(angle), 0.08 + Math.cos(angle)], 0.1, limb);
  drawing.disc([x, 0.08], 0.05, joint);
  return drawing.picture;
}

/** The car in its valley, and the flag at the goal. @internal */
export function drawMountainCar(
  state: State,
  flag: number,
  options: PictureOptions | undefined,
): Picture {
  const height = (x: number): number => 0.45 * Math.sin(3 * x) + 0.55;
  const at = (x: number, above: number): Point => {
    // Above the road, which leans.
    const slope = 1.35 * Math.cos(3 * x);
    const length = Math.hypot(1, slope);
    return [x - (above * slope) / length, height(x) + above / length];
  };
  const view = { left: -1.25, right: 0.65, bottom: 0, top: 1.25 };
  const drawing = new Drawing('MountainCar', view, options, 300, background);
  const road = Array.from({ length: 61 }, (_, i): Point => [
    -1.2 + 0.03 * i,
    height(-1.2 + 0.03 * i),
  ]);
  drawing.path(road, 0.015, ground);
  drawing.line([flag, height(flag)], [flag, height(flag) + 0.2], 0.012, body);
  drawing.line([flag + 0.01, height(flag) + 0.18], [flag + 0.07, height(flag) + 0.16], 0.045, goal);
  const x = state[0]!;
  drawing.line(at(x - 0.03, 0.055), at(x + 0.03, 0.055), 0.05, limb);
  for (const wheel of [x - 0.035, x + 0.035]) drawing.disc(at(wheel, 0.022), 0.02, body);
  return drawing.picture;
}

/** The rod from its hinge. @internal */
export function drawPendulum(state: State, options: PictureOptions | undefined): Picture {
  const view = { left: -1.25, right: 1.25, bottom: -1.25, top: 1.25 };
  const drawing = new Drawing('Pendulum', view, options, 200, background);
  const angle = state[0]!;
  drawing.disc([0, 0], 1.02, [235, 235, 235]);
  // A positive angle is to the left.
  drawing.line([0, 0], [-Math.sin(angle), Math.cos(angle)], 0.18, limb);
  drawing.disc([0, 0], 0.07, body);
  return drawing.picture;
}

/** Both links, and the line that the lower end has to reach. @internal */
export function drawAcrobot(state: State, options: PictureOptions | undefined): Picture {
  const view = { left: -2.2, right: 2.2, bottom: -2.2, top: 2.2 };
  const drawing = new Drawing('Acrobot', view, options, 200, background);
  const [first, second] = [state[0]!, state[0]! + state[1]!];
  const elbow: Point = [Math.sin(first), -Math.cos(first)];
  const end: Point = [elbow[0] + Math.sin(second), elbow[1] - Math.cos(second)];
  drawing.line([-2.2, 1], [2.2, 1], 0.03, goal);
  drawing.line([0, 0], elbow, 0.2, limb);
  drawing.line(elbow, end, 0.2, limb);
  for (const place of [[0, 0], elbow] as const) drawing.disc(place, 0.12, joint);
  return drawing.picture;
}
