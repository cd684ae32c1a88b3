import * as Plot from '@observablehq/plot';
import type { Arrow, GridCell, GridEvent } from '../../events/event.ts';
import { shadeColor } from '../../events/shade.ts';
import { svgDocument } from '../svg.ts';

const ANGLES: Readonly<Record<Arrow, number>> = { up: 0, right: 90, down: 180, left: 270 };

type Place = GridCell & { readonly r: number; readonly c: number };

/** Squares with their text and arrows, coloured by shade and tone. */
export function gridSvg(title: string, { cells, rows }: GridEvent): string {
  const places: Place[] = cells.flatMap((row, r) => row.map((cell, c) => ({ ...cell, r, c })));
  const columns = cells[0]?.length ?? 0;
  const longest = Math.max(1, ...places.map(({ text }) => [...(text ?? '')].length));
  const size = Math.max(26, Math.min(64, 8 * longest + 10));
  const marginLeft = 24 + 7 * Math.max(0, ...(rows ?? []).map((row) => [...row].length));
  const light = ({ shade, tone }: Place): number => shade ?? (tone === undefined ? 0 : 0.3);
  const at = { x: 'c', y: 'r' } as const;
  /** Texts and arrows of cells that have both, one below the other, or of those that have one, in the middle. */
  const content = (both: boolean): Plot.Markish[] => {
    const shown = places.filter(
      ({ text, arrows }) => (text !== undefined && arrows !== undefined) === both,
    );
    const arrows = shown.flatMap((place) =>
      (place.arrows ?? []).map((arrow) => ({ ...place, arrow })),
    );
    return [
      Plot.text(shown, {
        ...at,
        text: (cell: Place) => cell.text ?? '',
        fill: (cell: Place) => (light(cell) > 0.55 ? 'white' : 'black'),
        dy: both ? -size / 4 : 0,
      }),
      Plot.vector(arrows, {
        ...at,
        rotate: ({ arrow }: Place & { arrow: Arrow }) => ANGLES[arrow],
        length: size / (both ? 4.5 : 2.8),
        anchor: 'start',
        dy: both ? size / 5.5 : 0,
      }),
    ];
  };
  return svgDocument(title, {
    width: Math.max(360, marginLeft + size * columns + 24),
    height: 44 + size * cells.length + 20,
    marginLeft,
    marginBottom: 20,
    x: { axis: null, padding: 0, domain: [...Array(columns).keys()] },
    y: {
      axis: rows === undefined ? null : 'left',
      label: null,
      padding: 0,
      tickSize: 0,
      domain: [...cells.keys()],
      tickFormat: (r: number) => rows?.[r] ?? '',
    },
    marks: [
      Plot.cell(places, {
        ...at,
        fill: (cell: Place) => `rgb(${shadeColor(light(cell), cell.tone).join(',')})`,
        stroke: '#ccc',
        inset: 0.5,
      }),
      ...content(false),
      ...content(true),
    ],
  });
}
