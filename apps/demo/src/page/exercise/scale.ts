/** How the positions of a slider become numbers, and back. */
import type { IntegerParameter, NumberParameter } from '../../parameter.ts';

/** Positions of a slider. */
export const POSITIONS = 200;

/** Ranges over several powers of ten are run through by ratio, others evenly. */
const byRatio = ({ min, max }: IntegerParameter | NumberParameter): boolean => max > 0 && min >= 0 && max > 50 * Math.max(min, 1e-12) && max - min > 50 || (min > 0 && max / min > 100); // prettier-ignore

/** Where a slider by ratio begins: at the least, or for 0 far enough below the most. */
const lowest = ({ min, max, type }: IntegerParameter | NumberParameter): number =>
  min > 0 ? min : type === 'integer' ? 1 : max / 1e6;

/** The position, from 0 to POSITIONS, of a value. */
export function positionOf(parameter: IntegerParameter | NumberParameter, value: number): number {
  const { min, max } = parameter;
  if (max <= min) return 0;
  if (!byRatio(parameter)) return Math.round(((value - min) / (max - min)) * POSITIONS);
  const low = lowest(parameter);
  if (value < low) return 0;
  return Math.round((Math.log(value / low) / Math.log(max / low)) * (POSITIONS - 1)) + 1;
}

/** The value at a position, in two digits, so that it reads well. */
export function valueAt(parameter: IntegerParameter | NumberParameter, position: number): number {
  const { min, max, type } = parameter;
  if (position <= 0) return min;
  if (position >= POSITIONS) return max;
  const low = lowest(parameter);
  const value = byRatio(parameter)
    ? low * (max / low) ** ((position - 1) / (POSITIONS - 1))
    : min + ((max - min) * position) / POSITIONS;
  const rounded =
    type === 'integer' && value < 100 ? Math.round(value) : Number(value.toPrecision(2));
  return Math.min(max, Math.max(min, type === 'integer' ? Math.round(rounded) : rounded));
}
