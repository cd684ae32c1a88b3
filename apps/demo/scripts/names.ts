import type { Figure } from '../src/events/event.ts';
import { patternOf } from '../src/page/language/patterns.ts';
import type { Reported, RunRecord } from '../src/runner.ts';

/** What stands in and along a figure by name; the words of the data themselves are none. */
function namesIn(figure: Figure): string[] {
  switch (figure.type) {
    case 'table': {
      const { asks, columns, rows, name } = figure;
      // A question is asked in both languages; its options are told.
      return asks === undefined ? [name, ...columns] : [...columns, ...rows.map(([option]) => String(option))];
    }
    case 'heatmap':
      return [figure.name, figure.x ?? '', figure.y ?? ''];
    case 'scatter':
      return [figure.name, figure.x, figure.y, ...figure.groups.map(({ name }) => name)];
    case 'grid':
      return [figure.name, ...(figure.rows ?? [])];
    default:
      return [figure.name];
  }
} // prettier-ignore

/** The names of all that a run or an answer shows, as patterns. */
export function namesOf({
  checks = [],
  metrics,
  series,
  figures,
}: Reported & Partial<Pick<RunRecord, 'checks'>>): string[] {
  const all = [
    ...checks.map(({ name }) => name),
    ...Object.keys(metrics),
    ...series.map(({ name }) => name),
    ...figures.flatMap(namesIn),
  ];
  return [...new Set(all.map(patternOf))].filter((name) => name !== '');
}
