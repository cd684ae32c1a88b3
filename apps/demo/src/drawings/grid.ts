import type { Arrow, GridCell, GridEvent } from '../events/event.ts';
import { colour } from './colours.ts';
import { group, round, text, widthOf, type Drawing, svg, type Mark } from './drawing.ts';

const TURNS: Readonly<Record<Arrow, number>> = { up: 0, right: 90, down: 180, left: 270 };
const TONES = { good: 'hold', bad: 'miss', none: 'indigo' } as const;

/** An arrow from the middle of a place outwards. */
function arrow(x: number, y: number, length: number, direction: Arrow): Mark {
  const [l, head] = [round(length), round(length * 0.42)];
  const d = `M0 0V${-l}M${-head} ${-l + head}L0 ${-l}L${head} ${-l + head}`;
  return svg('path', {
    d,
    transform: `translate(${round(x)} ${round(y)}) rotate(${TURNS[direction]})`,
  });
}

/** Squares with their text and arrows, in shades of their tone. */
export function gridDrawing({ cells, rows }: GridEvent): Drawing {
  const columns = cells[0]?.length ?? 0;
  const widest = Math.max(0, ...cells.flat().map(({ text: words = '' }) => widthOf(words)));
  const side = Math.max(24, Math.min(46, 520 / Math.max(1, columns)));
  const wide = Math.max(side, widest + 10);
  const high = Math.min(wide, side);
  const left = rows === undefined ? 4 : 10 + Math.max(0, ...rows.map((row) => widthOf(row)));
  const one = (cell: GridCell, r: number, c: number): Mark => {
    const { text: words, arrows = [], tone, shade = tone === undefined ? 0 : 0.3 } = cell;
    const [x, y] = [left + c * wide, 4 + r * high];
    const [middle, centre] = [x + wide / 2, y + high / 2];
    const both = words !== undefined && arrows.length > 0;
    const ink = shade > 0.55 ? 'card' : 'ink';
    return group('cell', [
      svg('rect', { x: round(x), y: round(y), width: round(wide - 1.5), height: round(high - 1.5), rx: 3,
        fill: colour(TONES[tone ?? 'none']), 'fill-opacity': Math.round((0.06 + 0.9 * shade) * 100) / 100 }),
      words !== undefined && text(middle - 0.7, centre + (both ? -2 : 4), words, { anchor: 'middle', fill: ink, weight: shade > 0.55 ? 600 : 400 }),
      arrows.length > 0 && group('arrows', arrows.map((direction) =>
        arrow(middle, both ? centre + high * 0.2 : centre, high * (both ? 0.2 : 0.34), direction)),
        { fill: 'none', stroke: colour(ink), 'stroke-width': 1.5 }),
    ]); // prettier-ignore
  };
  return {
    width: left + columns * wide + 4,
    height: 8 + cells.length * high,
    content: group('grid', [
      ...(rows ?? []).map((row, r) => text(left - 6, 8 + (r + 0.5) * high, row, { anchor: 'end' })),
      ...cells.flatMap((row, r) => row.map((cell, c) => one(cell, r, c))),
    ]),
  };
}
