import type { TokensEvent } from '../events/event.ts';
import { rangeOf, shadeOf } from '../events/shade.ts';
import { formatNumber } from '../number-format.ts';
import { colour } from './colours.ts';
import { group, round, text, widthOf, type Drawing, svg } from './drawing.ts';

const [WIDTH, LINE] = [560, 46];

/** The text in lines, each token on its shade with its number below. */
export function tokensDrawing({ tokens, values, range }: TokensEvent): Drawing {
  const scale = range ?? ([0, rangeOf(values)[1]] as const);
  let [x, line] = [0, 0];
  const placed = tokens.map((token, i) => {
    const width = Math.max(36, widthOf(token, 14) + 12);
    if (x + width > WIDTH && x > 0) [x, line] = [0, line + 1];
    const place = { token, value: values[i]!, x, y: line * LINE, width };
    x += width + 3;
    return place;
  });
  return {
    width: WIDTH,
    height: (line + 1) * LINE,
    content: group(
      'tokens',
      placed.map(({ token, value, x: left, y, width }) => {
        const shade = shadeOf(value, scale);
        return group('token', [
          svg('rect', {
            x: round(left),
            y,
            width: round(width),
            height: 26,
            rx: 4,
            fill: colour('indigo'),
            'fill-opacity': Math.round((0.06 + 0.9 * shade) * 100) / 100,
          }),
          text(left + width / 2, y + 18, token, {
            size: 14,
            anchor: 'middle',
            fill: shade > 0.55 ? 'card' : 'ink',
          }),
          text(left + width / 2, y + 38, formatNumber(value, 2), { size: 10, anchor: 'middle' }),
        ]);
      }),
    ),
  };
}
