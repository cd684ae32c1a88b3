import type { ScatterEvent } from '../../events/event.ts';
import { rangeOf } from '../../events/shade.ts';
import { formatNumber } from '../../number-format.ts';
import { paint, type Style } from './style.ts';

const SYMBOLS = [...'●○▲△■□◆◇✚✖'];
const COLORS = ['cyan', 'yellow', 'magenta', 'green', 'blue', 'red'] as const;
const HEIGHT = 18;

/** Points as symbols, one for each group, over the regions of the groups as their symbols made small. */
export function scatterText(event: ScatterEvent, style: Style): string {
  const { groups, regions } = event;
  const width = Math.min(72, style.columns - 2);
  const xs = regions?.x ?? rangeOf(groups.flatMap(({ x }) => [...x]));
  const ys = regions?.y ?? rangeOf(groups.flatMap(({ y }) => [...y]));
  const place = (value: number, [low, high]: readonly [number, number], count: number): number =>
    high > low
      ? Math.min(count - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * count)))
      : 0;
  const draw = (group: number, symbol: string): string =>
    paint(style, COLORS[group % COLORS.length]!, symbol);
  const symbolOf = (group: number): string => SYMBOLS[group % SYMBOLS.length]!;
  const cells = Array.from({ length: HEIGHT }, () => Array<string>(width).fill(' '));
  if (regions !== undefined) {
    const rows = regions.groups.length / regions.columns;
    for (const [r, row] of cells.entries()) {
      for (let c = 0; c < width; c++) {
        const at =
          Math.floor((r * rows) / HEIGHT) * regions.columns +
          Math.floor((c * regions.columns) / width);
        const group = regions.groups[at]!;
        row[c] = draw(group, style.color ? '·' : '·:-=+'[group % 5]!);
      }
    }
  }
  const put = (x: number, y: number, symbol: string): void => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    cells[HEIGHT - 1 - place(y, ys, HEIGHT)]![place(x, xs, width)] = symbol;
  };
  // Lines first, so that no point is hidden by one.
  const order = [...groups.keys()].sort(
    (a, b) => Number(groups[b]!.line === true) - Number(groups[a]!.line === true) || a - b,
  );
  for (const g of order) {
    const { x, y, line } = groups[g]!;
    for (const [i, xi] of x.entries()) {
      if (line !== true) put(xi, y[i]!, draw(g, symbolOf(g)));
      else {
        for (let t = 0; t < 1 && i + 1 < x.length; t += 1 / width) {
          put(xi + t * (x[i + 1]! - xi), y[i]! + t * (y[i + 1]! - y[i]!), draw(g, '─'));
        }
      }
    }
  }
  const legend = groups.map(
    ({ name, line }, g) => `${draw(g, line === true ? '─' : symbolOf(g))} ${name}`,
  );
  const span = ([low, high]: readonly [number, number]): string =>
    `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`;
  return (
    `${event.y}, up: ${span(ys)}; ${event.x}, across: ${span(xs)}\n` +
    `${cells.map((row) => `│${row.join('').trimEnd()}`).join('\n')}\n└${'─'.repeat(width)}\n` +
    `${legend.join('   ')}\n`
  );
}
