import { fastest, librariesOf } from './library.ts';
import { nativeRatio } from './goal.ts';
import { formatMachine } from './machine.ts';
import type { PeerResult } from './measure.ts';
import { NATIVE } from './peers/kasane.ts';
import { round, type Report, type Row } from './report.ts';

/**
 * The report as a table in Markdown: our time, and how many times as fast we are as each library, with
 * the spread of the rounds. Of a library that ran on one thread and on two, the faster one counts.
 */
export function formatMarkdown(
  { machine, rows }: Report,
  titles: ReadonlyMap<string, string>,
): string {
  const libraries = librariesOf(rows.flatMap(({ peers }) => peers));
  const hasNative = rows.some(({ peers }) => peers.some(({ name }) => name === NATIVE));
  const cells = (row: Row): string[] => [
    `\`${row.id}\``,
    titles.get(row.id) ?? '',
    `${round(row.ours)} ${row.unit}`,
    ...(hasNative ? [nativeCell(row)] : []),
    ...libraries.map((library) => ratioCell(fastest(row.peers, library), row.peers)),
    `${row.goal}: ${verdicts[`${row.met}`]}`,
  ];
  const head = [
    'row',
    'one step',
    'Kasane',
    ...(hasNative ? ['native'] : []),
    ...libraries.map((name) => `× ${name}`),
    'goal',
  ];
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [
    `${formatMachine(machine)}.`,
    '',
    line(head),
    line(head.map((_, column) => (column < 2 || column === head.length - 1 ? '---' : '--:'))),
    ...rows.map((row) => line(cells(row))),
    '',
  ].join('\n');
}

const verdicts = { true: 'met', false: '**missed**', null: 'not judged' } as const;

function ratioCell(peer: PeerResult | undefined, peers: readonly PeerResult[]): string {
  if (peer?.ratio == null || peer.spread === null) return '–';
  const [least, most] = peer.spread;
  const native = nativeRatio(peer, peers);
  const beside = native === null ? '' : `, native ${round(native)}`;
  return `${round(peer.ratio)} (${round(least)}–${round(most)})${beside}`;
}

/** Our time with a BLAS. */
function nativeCell({ peers, unit }: Row): string {
  const own = peers.find(({ name }) => name === NATIVE)?.value ?? null;
  return own === null ? '–' : `${round(own)} ${unit}`;
}
