import { formatNumber } from '../number-format.ts';
import { colour, groupColour } from './colours.ts';
import { group, round, text, widthOf, svg, type Mark } from './drawing.ts';
import { linearTicks, logTicks } from './ticks.ts';

/** Where things lie between two edges. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From the numbers of a range to the pixels between two edges. */
export function scaleOf(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
  log = false,
): Scale {
  const count = Math.abs(to - from) / 70;
  if (log) {
    const [a, b] = [Math.log(low), Math.log(high)];
    const at = (value: number): number =>
      from + ((Math.log(value) - a) / (b - a || 1)) * (to - from);
    return { at, ticks: logTicks(low, high, count) };
  }
  const at = (value: number): number => from + ((value - low) / (high - low || 1)) * (to - from);
  return { at, ticks: linearTicks(low, high, count) };
}

/** The edges of what is drawn between two axes. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A tick as an axis says it. */
const tickText = (value: number): string => formatNumber(value, 3);

/** Lines behind what is drawn, their numbers, and what the axes show. */
export function axes(
  x: Scale,
  y: Scale,
  names: { readonly x: string; readonly y: string },
  frame: Frame,
): Mark {
  const { left, right, top, bottom } = frame;
  const line = (x1: number, y1: number, x2: number, y2: number): Mark =>
    svg('line', {
      x1: round(x1),
      y1: round(y1),
      x2: round(x2),
      y2: round(y2),
      stroke: colour('rule'),
    });
  return group('axes', [
    ...x.ticks.flatMap((tick) => [
      line(x.at(tick), top, x.at(tick), bottom),
      text(x.at(tick), bottom + 16, tickText(tick), { size: 11, anchor: 'middle' }),
    ]),
    ...y.ticks.flatMap((tick) => [
      line(left, y.at(tick), right, y.at(tick)),
      text(left - 6, y.at(tick) + 4, tickText(tick), { size: 11, anchor: 'end' }),
    ]),
    text((left + right) / 2, bottom + 34, names.x, { anchor: 'middle' }),
    text(left - 42, (top + bottom) / 2, names.y, { anchor: 'middle', turn: -90 }),
  ]);
}

/** The names of groups or lines with their colours, in rows above what is drawn; how high they stand. */
export function legend(
  names: readonly string[],
  { left, width }: { readonly left: number; readonly width: number },
  mark: (n: number, x: number, y: number) => Mark = (n, x, y) =>
    svg('rect', { x, y: y - 9, width: 12, height: 8, rx: 2, fill: groupColour(n) }),
): { readonly content: Mark; readonly height: number } {
  let [x, row] = [left, 0];
  const entries = names.flatMap((name, n) => {
    const wide = 18 + widthOf(name) + 14;
    if (x + wide > left + width && x > left) [x, row] = [left, row + 1];
    const entry = [mark(n, x, 14 + 18 * row), text(x + 17, 14 + 18 * row, name, { fill: 'ink' })];
    x += wide;
    return entry;
  });
  return { content: group('legend', entries), height: names.length === 0 ? 0 : 18 * (row + 1) + 6 };
}
