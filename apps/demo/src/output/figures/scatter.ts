import * as Plot from '@observablehq/plot';
import type { ScatterEvent } from '../../events/event.ts';
import { svgDocument } from '../svg.ts';

/** Points and lines in the colours of their groups, over the regions in the same colours, lighter. */
export function scatterSvg(title: string, event: ScatterEvent): string {
  const { groups, regions } = event;
  const points = groups.map(({ name, x, y, labels }) =>
    Array.from(x, (xi, i) => ({ name, x: xi, y: y[i]!, label: labels?.[i] })),
  );
  const names = groups.map(({ name }) => name);
  return svgDocument(title, {
    height: 520,
    marginLeft: 56,
    x: { label: event.x, grid: regions === undefined, ...(regions && { domain: regions.x }) },
    y: { label: event.y, grid: regions === undefined, ...(regions && { domain: regions.y }) },
    color: { type: 'categorical', domain: names },
    marks: [
      ...(regions === undefined ? [] : [places(regions, names)]),
      ...points.map((one, g) =>
        groups[g]!.line === true
          ? Plot.line(one, { x: 'x', y: 'y', stroke: 'name' })
          : Plot.dot(one, { x: 'x', y: 'y', fill: 'name', r: 2.5, stroke: 'white', strokeWidth: 0.5 }),
      ), // prettier-ignore
      Plot.text(
        points.flat().filter(({ label }) => label !== undefined),
        { x: 'x', y: 'y', text: 'label', dy: -7, fontSize: 10, stroke: 'white', fill: 'black' },
      ),
      ...groups.map(({ name }, row) =>
        Plot.text([name], {
          text: [name],
          fill: () => name,
          stroke: 'white',
          frameAnchor: 'top-right',
          textAnchor: 'end',
          dy: 14 * row,
          fontSize: 11,
        }),
      ),
    ],
  });
}

/** A rectangle for every place of the raster. */
function places(
  { x, y, columns, groups }: NonNullable<ScatterEvent['regions']>,
  names: readonly string[],
): Plot.Rect {
  const rows = groups.length / columns;
  const [wide, high] = [(x[1] - x[0]) / columns, (y[1] - y[0]) / rows];
  const cells = groups.map((group, i) => {
    const x1 = x[0] + (i % columns) * wide;
    const y2 = y[1] - Math.floor(i / columns) * high;
    return { x1, x2: x1 + wide, y1: y2 - high, y2, name: names[group] };
  });
  return Plot.rect(cells, {
    x1: 'x1',
    x2: 'x2',
    y1: 'y1',
    y2: 'y2',
    fill: 'name',
    opacity: 0.25,
    inset: -0.3,
  });
}
