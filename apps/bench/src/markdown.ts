import { fastest, librariesOf } from './library.ts';
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
  const libraries = librariesOf(rows.flatMap(({ peers }) => peers));
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

function ratioCell(peer: PeerResult | undefined): string {
  if (peer?.ratio == null || peer.spread === null) return '–';
  const [least, most] = peer.spread;
  return `${round(peer.ratio)} (${round(least)}–${round(most)})`;
}
