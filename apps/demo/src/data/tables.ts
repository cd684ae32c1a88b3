import { csvRows, type CsvRow } from '@kasane/datasets';
import { DataError } from '@kasane/tensor-core';
import type { Flowers, Points } from '../exercise.ts';

interface Table {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const LARGEST = 1000; // a coordinate or a length
const MOST = 10_000; // rows
const SPECIES = [2, 10] as const;

/** The rows of a table with these columns; a first line without numbers names them, by whatever names. */
async function* rowsOf({ path, bytes }: Table, columns: readonly string[]): AsyncGenerator<CsvRow> {
  const [first = ''] = new TextDecoder().decode(bytes.subarray(0, 4096)).split(/[\r\n]/, 1);
  const delimiter = [';', '\t'].find((one) => first.includes(one)) ?? ',';
  const isHead = first.trim() !== '' && !/\d/.test(first.split(delimiter)[0]!); // a split has one part at least
  let count = 0;
  for await (const row of csvRows([bytes], { name: path, columns, delimiter })) {
    if (count++ === 0 && isHead) continue;
    if (count > MOST) throw new DataError(`${row.place}: expected at most ${MOST} rows, got more.`);
    yield row;
  }
}

function numberOf(row: CsvRow, column: string, least: number): number {
  const value = row.number(column);
  if (value >= least && value <= LARGEST) return value;
  throw new DataError(
    `${row.place}: expected a number from ${least} to ${LARGEST} in column "${column}", got ${value}.`,
  );
}

function requireEnough(path: string, count: number, least: number, what: string): void {
  if (count >= least) return;
  throw new DataError(`${path}: expected at least ${least} ${what}, got ${count}.`);
}

/** Points x and d. */
export async function readPoints(table: Table): Promise<Points> {
  const [x, d]: [number[], number[]] = [[], []];
  for await (const row of rowsOf(table, ['x', 'd'])) {
    x.push(numberOf(row, 'x', -LARGEST));
    d.push(numberOf(row, 'd', -LARGEST));
  }
  requireEnough(table.path, x.length, 3, 'points');
  requireEnough(table.path, new Set(x).size, 2, 'different x');
  return { x, d };
}

/** The measures of flowers, as of the irises. */
export async function readFlowers(table: Table): Promise<Flowers> {
  const measures = ['sepal length', 'sepal width', 'petal length', 'petal width'];
  const measured: number[][] = [];
  const species: number[] = [];
  const names: string[] = [];
  for await (const row of rowsOf(table, [...measures, 'species'])) {
    const name = row.text('species').trim();
    if (name === '') throw new DataError(`${row.place}: expected a name in column "species", got none.`); // prettier-ignore
    if (!names.includes(name)) names.push(name);
    if (names.length > SPECIES[1]) {
      throw new DataError(
        `${row.place}: expected at most ${SPECIES[1]} species, got '${name}' beside ${names.slice(0, -1).join(', ')}.`,
      );
    }
    measured.push(measures.map((column) => numberOf(row, column, 0)));
    species.push(names.indexOf(name));
  }
  requireEnough(table.path, measured.length, 10, 'flowers');
  requireEnough(table.path, names.length, SPECIES[0], 'species');
  return { measured, species, names };
}
