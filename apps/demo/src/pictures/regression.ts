/** Points with a curve through them: what exercises on regression draw, and what can be asked of them. */
import type { PointGroup, ScatterEvent } from '../events/event.ts';
import { rangeOf } from '../events/shade.ts';
import type { Try } from '../exercise.ts';
import type { NumberParameter, Parameters } from '../parameter.ts';

const PLACES = 61; // of a curve

type Curve = (x: number) => number;

/** Points, and what was fitted to them. */
export interface Regression {
  readonly x: readonly number[];
  readonly d: readonly number[];
  readonly fitted: Curve;
}

/** What is drawn beside the points and the fitted curve. */
interface Beside {
  /** What the points were drawn from. */
  readonly truth?: Curve;
  /** The x of a point that was asked for. */
  readonly asked?: number;
}

/** Draws points and curves. */
export function regressionPicture(
  name: string,
  { x, d, fitted }: Regression,
  { truth, asked }: Beside,
): ScatterEvent {
  const [low, high] = rangeOf(asked === undefined ? x : [...x, asked]);
  const places = Array.from({ length: PLACES }, (_, i) => low + ((high - low) * i) / (PLACES - 1));
  const line = (of: string, curve: Curve): PointGroup => {
    return { name: of, x: places, y: places.map(curve), line: true };
  };
  const groups = [{ name: 'points', x, y: d }, line('fitted', fitted)];
  if (truth !== undefined) groups.push(line('true', truth));
  if (asked !== undefined) groups.push({ name: 'asked', x: [asked], y: [fitted(asked)] });
  return { type: 'scatter', name, x: 'x', y: 'd', groups };
}

interface Asked extends Parameters {
  readonly x: NumberParameter;
}

/** Asks for the y of a fitted curve at an x of this range. */
export function pointTry(
  at: number,
  [min, max]: readonly [number, number],
): Try<Asked, Regression> {
  return {
    title: { en: 'Which y belongs to an x?', ja: 'xに対するyは？' },
    parameters: {
      x: { type: 'number', default: at, min, max, description: 'where to ask' },
    },
    *run(regression, { x }) {
      yield { type: 'metric', name: 'y', value: regression.fitted(x) };
      yield regressionPicture('the point asked for', regression, { asked: x });
    },
  };
}
