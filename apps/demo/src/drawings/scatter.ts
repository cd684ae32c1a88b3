import type { ScatterEvent } from '../events/event.ts';
import { rangeOf } from '../events/shade.ts';
import { axes, legend, scaleOf, type Scale } from './axes.ts';
import { colour, groupColour } from './colours.ts';
import { boxes, group, polyline, round, text, type Drawing, svg, type Mark } from './drawing.ts';

const [WIDTH, HEIGHT] = [560, 400];

/** Space around points, so that none lies on the edge. */
function padded([low, high]: readonly [number, number]): readonly [number, number] {
  const space = (high - low) * 0.04 || Math.abs(low) * 0.1 || 1;
  return [low - space, high + space];
}

/** The places of one group behind the points: runs of neighbours in a row are one rectangle. */
function region(
  { x, y, columns, groups }: NonNullable<ScatterEvent['regions']>,
  of: number,
  xs: Scale,
  ys: Scale,
): string {
  const rows = groups.length / columns;
  const [wide, high] = [(x[1] - x[0]) / columns, (y[1] - y[0]) / rows];
  const runs: [number, number, number, number][] = [];
  for (let r = 0; r < rows; r++) {
    const top = ys.at(y[1] - r * high);
    const height = ys.at(y[1] - (r + 1) * high) - top;
    for (let c = 0; c < columns; c++) {
      const start = c;
      while (c < columns && groups[r * columns + c] === of) c++;
      if (c > start)
        runs.push([
          xs.at(x[0] + start * wide),
          top,
          xs.at(x[0] + c * wide) - xs.at(x[0] + start * wide),
          height,
        ]);
    }
  }
  return boxes(runs);
}

/** Points and lines in the colours of their groups, over regions in the same colours, lighter. */
export function scatterDrawing(event: ScatterEvent): Drawing {
  const { groups, regions } = event;
  const key = legend(
    groups.map(({ name }) => name),
    { left: 56, width: WIDTH - 76 },
  );
  const frame = { left: 56, right: WIDTH - 12, top: key.height + 8, bottom: HEIGHT - 42 };
  const xs = scaleOf(regions?.x ?? padded(rangeOf(groups.flatMap(({ x }) => [...x]))), [
    frame.left,
    frame.right,
  ]);
  const ys = scaleOf(regions?.y ?? padded(rangeOf(groups.flatMap(({ y }) => [...y]))), [
    frame.bottom,
    frame.top,
  ]);
  const radius = groups.reduce((sum, { x }) => sum + x.length, 0) > 400 ? 2 : 3.2;
  const drawn = groups.map(({ name, x, y, line, labels }, g): Mark => {
    const [px, py] = [Array.from(x, xs.at), Array.from(y, ys.at)];
    const marks = line === true
      ? [svg('path', { d: polyline(px, py), fill: 'none', stroke: groupColour(g), 'stroke-width': 1.8 })]
      : px.map((cx, i) => svg('circle', { cx: round(cx), cy: round(py[i]!), r: radius })); // prettier-ignore
    const words = (labels ?? []).map((label, i) =>
      text(px[i]!, py[i]! - 6, label, { size: 11, anchor: 'middle', fill: 'ink', halo: true }),
    );
    const look = { fill: groupColour(g), stroke: colour('card'), 'stroke-width': 0.6 };
    return group(line === true ? 'line' : 'points', [group('marks', marks, look), ...words], {
      key: name,
    });
  });
  const behind = regions === undefined ? [] : groups.map((_, g) =>
    svg('path', { d: region(regions, g, xs, ys), fill: groupColour(g), 'fill-opacity': 0.22 })); // prettier-ignore
  return {
    width: WIDTH,
    height: HEIGHT,
    content: group('scatter', [
      key.content,
      group('regions', behind),
      axes(xs, ys, event, frame),
      ...drawn,
    ]),
  };
}
