import { formatMachine } from './machine.ts';
import type { PeerResult } from './measure.ts';
import { round, type Report, type Row } from './report.ts';

/**
 * The report as a table in Markdown: our time, and how many times as fast we are as each library, with
 * the spread of the rounds. Of a library that ran on one thread and on two, the faster one counts.
 */
export function formatMarkdown(
  { machine, rows }: Report,
  titles: ReadonlyMap<string, string>,
): string {
  const libraries = [
    ...new Set(rows.flatMap(({ peers }) => peers.map(({ name }) => libraryOf(name)))),
  ];
  const cells = (row: Row): string[] => [
    `\`${row.id}\``,
    titles.get(row.id) ?? '',
    `${round(row.ours)} ${row.unit}`,
    ...libraries.map((library) => ratioCell(fastest(row.peers, library))),
    `${row.goal}: ${verdicts[`${row.met}`]}`,
  ];
  const head = ['row', 'one step', 'Kasane', ...libraries.map((name) => `× ${name}`), 'goal'];
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

/** `PyTorch` for `PyTorch 2 threads`. */
export function libraryOf(peer: string): string {
  return peer.replace(/ \d threads?$/, '');
}

/** The result of a library that leaves us the smallest ratio, if it has one. */
export function fastest(peers: readonly PeerResult[], library: string): PeerResult | undefined {
  return peers
    .filter(({ name, ratio }) => libraryOf(name) === library && ratio !== null)
    .toSorted((a, b) => a.ratio! - b.ratio!)[0];
}

function ratioCell(peer: PeerResult | undefined): string {
  if (peer?.ratio == null || peer.spread === null) return '–';
  const [least, most] = peer.spread;
  return `${round(peer.ratio)} (${round(least)}–${round(most)})`;
}
