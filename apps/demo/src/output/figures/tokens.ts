import * as Plot from '@observablehq/plot';
import type { TokensEvent } from '../../events/event.ts';
import { rangeOf, shadeColor, shadeOf } from '../../events/shade.ts';
import { formatNumber } from '../../number-format.ts';
import { svgDocument } from '../svg.ts';

const WIDTH = 720;
const [LETTER, WIDE_LETTER, LINE] = [8, 14, 44]; // pixels

/** The text in lines, each token on its shade with its number below. */
export function tokensSvg(title: string, { tokens, values, range }: TokensEvent): string {
  const scale = range ?? ([0, rangeOf(values)[1]] as const);
  let [x, line] = [0, 0];
  const placed = tokens.map((token, i) => {
    const letters = [...token].reduce(
      (sum, letter) => sum + (letter > '⺀' ? WIDE_LETTER : LETTER),
      0,
    );
    const width = Math.max(34, letters + 8);
    if (x + width > WIDTH - 20 && x > 0) [x, line] = [0, line + 1];
    const place = { token, value: values[i]!, shade: shadeOf(values[i]!, scale), x, width, line };
    x += width + 4;
    return place;
  });
  type Placed = (typeof placed)[number];
  const top = ({ line: at }: Placed): number => at * LINE;
  const middle = { x: ({ x: left, width }: Placed): number => left + width / 2 };
  return svgDocument(title, {
    width: WIDTH,
    height: 44 + (line + 1) * LINE + 10,
    marginLeft: 10,
    marginRight: 10,
    marginBottom: 10,
    x: { axis: null, domain: [0, WIDTH - 20] },
    y: { axis: null, domain: [(line + 1) * LINE, 0] },
    marks: [
      Plot.rect(placed, {
        x1: 'x',
        x2: (place: Placed) => place.x + place.width,
        y1: top,
        y2: (place: Placed) => top(place) + 24,
        fill: ({ shade }: Placed) => `rgb(${shadeColor(shade).join(',')})`,
        stroke: '#ccc',
      }),
      Plot.text(placed, {
        ...middle,
        y: (place: Placed) => top(place) + 12,
        text: 'token',
        fontSize: 13,
        fill: ({ shade }: Placed) => (shade > 0.55 ? 'white' : 'black'),
      }),
      Plot.text(placed, {
        ...middle,
        y: (place: Placed) => top(place) + 32,
        text: ({ value }: Placed) => formatNumber(value, 2),
        fontSize: 9,
        fill: '#666',
      }),
    ],
  });
}
