import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Check } from '../check.ts';
import { formatNumber } from '../number-format.ts';
import type { RunRecord, Table as ResultTable } from '../runner.ts';
import type { Output } from './environment.ts';

type Color = 'bold' | 'dim' | 'green' | 'red';

/** Colours on a terminal that wants them (`NO_COLOR` is honoured), the text alone elsewhere. */
export function paint(stream: Output, color: Color, text: string): string {
  return stream.isTTY && !process.env['NO_COLOR']
    ? styleText(color, text, { validateStream: false })
    : text;
}

/** Columns held apart by spaces: as good to read on a terminal as to grep in a file. */
function columns(head: string[]): Table.Table {
  return new Table({
    head,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: '', 'top-mid': '', 'top-left': '', 'top-right': '',
      bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
      left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '',
    }, // prettier-ignore
  });
}

const render = (table: Table.Table): string =>
  `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;

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
  const table = columns(
    ['holds', 'check', 'expected', 'measured', 'rows'].map((name) => paint(stream, 'dim', name)),
  );
  for (const { id, variant, checks, seconds, failure } of outcomes) {
    const name = variant === 'default' ? id : `${id} (${variant})`;
    const heading = `${paint(stream, 'bold', name)}  ${seconds.toFixed(1)} s`;
    table.push([{ content: heading, colSpan: 5 }]);
    for (const { name: what, rows, expected, measured, holds } of checks) {
      table.push([
        holds ? paint(stream, 'green', 'yes') : paint(stream, 'red', 'NO'),
        what,
        show(expected),
        show(measured),
        paint(stream, 'dim', rows.join(', ')),
      ]);
    }
    if (failure !== undefined) {
      table.push([paint(stream, 'red', 'NO'), { content: failure, colSpan: 4 }]);
    }
  }
  return render(table);
}

/** One line that sums up: how many checks held, and how long it took. */
export function summaryLine(outcomes: readonly Outcome[]): string {
  const checks = outcomes.flatMap((outcome) => outcome.checks);
  const held = checks.filter((one) => one.holds).length;
  const broken = outcomes.filter((outcome) => outcome.failure !== undefined).length;
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  return (
    `${held} of ${checks.length} checks hold` +
    (broken > 0 ? `, ${broken} of ${outcomes.length} exercises broke` : '') +
    ` (${seconds.toFixed(1)} s).\n`
  );
}

/** The metrics of a run, a name and a value in each line. */
export function metricTable(record: RunRecord, stream: Output): string {
  const entries = Object.entries(record.metrics);
  if (entries.length === 0) return '';
  const table = columns([paint(stream, 'dim', 'metric'), paint(stream, 'dim', 'value')]);
  for (const [name, value] of entries) table.push([name, formatNumber(value)]);
  return render(table);
}

/** A table that an exercise reported. */
export function resultTable({ name, columns: head, rows }: ResultTable, stream: Output): string {
  const table = columns(head.map((column) => paint(stream, 'dim', column)));
  for (const row of rows) table.push(row.map(show));
  return `${paint(stream, 'bold', name)}\n${render(table)}`;
}
