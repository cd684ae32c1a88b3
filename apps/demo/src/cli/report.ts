import { styleText } from 'node:util';
import { fails, type Check } from '../check.ts';
import { rowOf, SECTIONS } from '../course/rows.ts';
import { formatNumber } from '../number-format.ts';
import type { TableEvent } from '../events/event.ts';
import type { RunRecord } from '../runner.ts';
import type { Output } from './environment.ts';
import { drawTable, widthOf, wrap, type Row } from './table.ts';

type Color = 'bold' | 'dim' | 'green' | 'red';

/** Whether a stream is a terminal that wants colours: `NO_COLOR` is honoured. */
export function isColoured(stream: Pick<Output, 'isTTY'>): boolean {
  return stream.isTTY && !process.env['NO_COLOR'];
}

/** Coloured text where colours are wanted, the text alone elsewhere. */
export function paint(stream: Output, color: Color, text: string): string {
  return isColoured(stream) ? styleText(color, text, { validateStream: false }) : text;
}

const show = (value: number | string | boolean): string =>
  typeof value === 'number' ? formatNumber(value, 6) : String(value);

/** How an exercise that was to run came out. */
export interface Outcome {
  readonly id: string;
  readonly variant: string;
  readonly checks: readonly Check[];
  readonly seconds: number;
  /** Why there is no more, where it broke. */
  readonly failure?: string;
}

/** The table of expected and measured, a group of rows for each run. */
export function checkTable(outcomes: readonly Outcome[], stream: Output): string {
  const head = ['holds', 'check', 'expected', 'measured', 'of the course'];
  const rows: Row[] = [];
  for (const { id, variant, checks, seconds, failure } of outcomes) {
    const name = variant === 'default' ? id : `${id} (${variant})`;
    rows.push(`${paint(stream, 'bold', name)}  ${seconds.toFixed(1)} s`);
    for (const one of checks) {
      const { name: what, rows: numbers, expected, measured, applies } = one;
      const holds = fails(one) ? paint(stream, 'red', 'NO') : paint(stream, 'green', 'yes');
      rows.push([
        applies === false ? paint(stream, 'dim', '–') : holds,
        what,
        show(expected),
        show(measured),
        paint(stream, 'dim', topics(numbers)),
      ]);
    }
    if (failure !== undefined) rows.push([paint(stream, 'red', 'NO'), failure]);
  }
  return table(head, rows, stream);
}

/** The sections and subjects of rows of the course: `LSTM: forget gate, peepholes`. */
function topics(rows: readonly number[]): string {
  const bySection = Map.groupBy(rows.map(rowOf), ({ section }) => section);
  return [...bySection]
    .map(([section, own]) => {
      const subjects = own.map(({ subject }) => subject.en).join(', ');
      return `${SECTIONS[section].en}: ${subjects}`;
    })
    .join('; ');
}

function table(head: readonly string[], rows: readonly Row[], stream: Output): string {
  const names = head.map((name) => paint(stream, 'dim', name));
  return drawTable(names, rows, widthOf(stream));
}

/** What a person wants first: how many checks hold, how long it took, and what does not hold. */
export function summaryLine(outcomes: readonly Outcome[], stream: Output): string {
  const all = outcomes.flatMap((outcome) => outcome.checks);
  const checks = all.filter(({ applies }) => applies !== false);
  const aside = all.length - checks.length;
  const held = checks.filter((one) => one.holds).length;
  const broken = outcomes.filter((outcome) => outcome.failure !== undefined).length;
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  const line =
    (checks.length > 0 || aside === 0 ? `${held} of ${checks.length} checks hold` : '') +
    (checks.length > 0 && aside > 0 ? ', ' : '') +
    (aside > 0 ? `${aside} speak of the default data and do not apply` : '') +
    (broken > 0 ? `, ${broken} of ${outcomes.length} exercises broke` : '') +
    ` (${seconds.toFixed(1)} s).\n`;
  const failing = outcomes.flatMap(({ id, variant, checks: own, failure }) => [
    ...own
      .filter(fails)
      .map(({ name, expected, measured }) => `${id}${variant === 'default' ? '' : ` (${variant})`}: ${name}: ${show(measured)}, expected ${show(expected)}\n`),
    ...(failure === undefined ? [] : [`${id} broke: ${failure}\n`]),
  ]); // prettier-ignore
  return wrap(line + failing.map((text) => paint(stream, 'red', text)).join(''), widthOf(stream));
}

/** The metrics of a run, a name and a value in each line. */
export function metricTable(record: RunRecord, stream: Output): string {
  const entries = Object.entries(record.metrics);
  if (entries.length === 0) return '';
  const rows = entries.map(([name, value]) => [name, formatNumber(value)]);
  return table(['metric', 'value'], rows, stream);
}

/** A table that an exercise reported. */
export function resultTable({ columns: head, rows }: TableEvent, stream: Output): string {
  return table(
    head,
    rows.map((row) => row.map(show)),
    stream,
  );
}
