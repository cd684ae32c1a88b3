import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { fastest, librariesOf } from './library.ts';
import { round, type Report } from './report.ts';

interface Bar {
  readonly row: string;
  readonly library: string;
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
}

/** The bars of a report: for each row, each library that was compared with. */
export function bars({ rows }: Pick<Report, 'rows'>): Bar[] {
  return rows.flatMap(({ id, peers }) =>
    librariesOf(peers).flatMap((library) => {
      const peer = fastest(peers, library);
      if (peer?.ratio == null || peer.spread === null) return [];
      const [least, most] = peer.spread;
      return [{ row: id, library, ratio: peer.ratio, least, most }];
    }),
  );
}

const WIDTH = 860;
const BAR = 15; // pixels of height
const TICKS = [-2, -1, 0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));

const LINES = 'thin lines: the spread of the rounds';

/** How many times as fast we are, as a standalone SVG document: bars from 1× on a logarithmic scale. */
export function chartSvg(report: Report): string {
  const { document } = parseHTML('<!doctype html><title>chart</title>');
  const all = bars(report);
  const libraries = [...new Set(all.map(({ library }) => library))];
  const apart = Math.min(130, (WIDTH - 20) / libraries.length); // so that all names have room
  const rows = [...new Set(all.map(({ row }) => row))];
  const measured = all.map((bar) => ({ ...bar, place: `${bar.row} ${bar.library}` }));
  // Rows differ in the number of their bars, so each bar has a place of its own; a row ends with a gap.
  const places = rows.flatMap((row) => [
    ...measured.filter((bar) => bar.row === row).map(({ place }) => place),
    row,
  ]);
  const names = rows.map((row) => {
    const own = measured.filter((bar) => bar.row === row);
    return { row, place: own[Math.floor((own.length - 1) / 2)]!.place };
  });
  const low = Math.min(0.5, ...all.map(({ least }) => least)) * 0.9;
  const high = Math.max(2, ...all.map(({ most }) => most)) * 1.8; // room for the number behind a bar
  const ticks = TICKS.filter((ratio) => ratio >= low && ratio <= high);
  const margin = { marginLeft: 210, marginRight: 24, marginTop: 86, marginBottom: 40 };
  const above = { frameAnchor: 'top-left' } as const;
  const { machine } = report;
  const figure = Plot.plot({
    document,
    width: WIDTH,
    height: margin.marginTop + margin.marginBottom + BAR * places.length,
    ...margin,
    x: { type: 'log', domain: [low, high], label: 'times as fast as the peer (logarithmic)' },
    y: { type: 'band', domain: places, axis: null, padding: 0.12 },
    color: { type: 'categorical', domain: libraries, scheme: 'Observable10' },
    marks: [
      Plot.gridX(ticks),
      // As texts: the format of a logarithmic axis would leave out every five.
      Plot.axisX(ticks, { text: (ratio: number) => `${round(ratio)}×` }),
      Plot.barX(measured, { x1: 1, x2: 'ratio', y: 'place', fill: 'library' }),
      Plot.ruleY(measured, { x1: 'least', x2: 'most', y: 'place', strokeOpacity: 0.55 }),
      Plot.text(measured, {
        x: (bar) => Math.max(bar.most, 1),
        y: 'place',
        text: (bar) => `${round(bar.ratio)}×`,
        textAnchor: 'start',
        dx: 5,
        stroke: 'white', // a halo, where a line of the grid passes below
        fill: 'black',
      }),
      Plot.text(names, {
        frameAnchor: 'left',
        y: 'place',
        text: 'row',
        textAnchor: 'end',
        dx: -12,
        fontSize: 12,
      }),
      Plot.ruleX([1], { strokeWidth: 1.5 }),
      Plot.text(['How many times as fast Kasane is'], {
        ...above,
        dx: -190,
        dy: -74,
        fontSize: 15,
        fontWeight: 'bold',
      }),
      Plot.text([`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${LINES}`], {
        ...above,
        dx: -190,
        dy: -52,
        fill: '#555',
      }),
      // A legend of Plot's would be HTML beside the drawing; the names stand above it instead.
      ...libraries.flatMap((library, i) => [
        Plot.text([library], { ...above, dx: -172 + apart * i, dy: -28, fontSize: 12 }),
        Plot.dot([library], {
          ...above,
          dx: -182 + apart * i,
          dy: -22,
          r: 5,
          symbol: 'square',
          fill: () => library,
        }),
      ]),
    ],
  });
  figure.setAttribute('style', 'background: white');
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${figure.outerHTML}\n`;
}
