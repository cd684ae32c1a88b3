/** Which checks of which exercises answer which rows of the course. */
import recordedChecks from './coverage.gen.json' with { type: 'json' };
import { courseRows, SECTIONS, type Row } from './rows.ts';

interface Recorded {
  readonly id: string;
  readonly variant: string;
  readonly checks: readonly { readonly name: string; readonly rows: readonly number[] }[];
}
const recorded: readonly Recorded[] = recordedChecks;

/** A check of an exercise. */
export interface Answering {
  readonly exercise: string;
  readonly variant: string;
  readonly check: string;
}

/** A row of the course with the checks that answer it; none if it waits for its exercise. */
export interface Coverage extends Row {
  readonly answered: readonly Answering[];
}

/** Every row, with the checks of all variants that were recorded when the exercises last ran. */
export function coverageOf(): readonly Coverage[] {
  return courseRows.map((row) => ({
    ...row,
    answered: recorded.flatMap(({ id, variant, checks }) =>
      checks
        .filter(({ rows }) => rows.includes(row.row))
        .map(({ name }) => ({ exercise: id, variant, check: name })),
    ),
  }));
}

/** The same for people: the rows by section, what answers each, and in the end what none does. */
export function coverageText(): string {
  const rows = coverageOf();
  const lines: string[] = [];
  let section = '';
  for (const { row, section: own, subject, answered } of rows) {
    if (own !== section)
      lines.push(`${lines.length > 0 ? '\n' : ''}${SECTIONS[own].en} · ${SECTIONS[own].ja}`);
    section = own;
    lines.push(`${String(row).padStart(5)}  ${subject.en} · ${subject.ja}`);
    if (answered.length === 0) lines.push('         nothing yet');
    for (const { exercise, variant, check } of answered) {
      lines.push(`         ${exercise}${variant === 'default' ? '' : ` (${variant})`}: ${check}`);
    }
  }
  const open = rows.filter(({ answered }) => answered.length === 0).length;
  return `${lines.join('\n')}\n\n${rows.length - open} of ${rows.length} rows are answered; ${open} wait for their exercises.\n`;
}
