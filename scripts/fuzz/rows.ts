/** All rows: what is tried, and what is not, and why. */
import { Tensor } from '@kasane/tensor-core';
import type { Draw } from './draw.ts';
import { entries } from './library.ts';
import type { Program, Value } from './program.ts';
import { cnnRows } from './rows-cnn.ts';
import { chainRows, elementRows } from './rows-elements.ts';
import { layerRows } from './rows-layers.ts';
import { lossRows } from './rows-losses.ts';
import { createRows, movementRows, randomRows } from './rows-movement.ts';
import { optimRows } from './rows-optim.ts';
import { otherRows } from './rows-others.ts';
import { rnnRows } from './rows-rnn.ts';

/** Draws a case of the op or family that a name stands for, which will be differentiated so many times. */
export type Row = (d: Draw, name: string, order: number) => Value;

/** Rows by the name of an export, or `Tensor.` and the name of a method; a text says why there is none. */
export type Table = Readonly<Record<string, Row | string>>;

const tables: readonly Table[] = [
  elementRows,
  movementRows,
  createRows,
  randomRows,
  lossRows,
  layerRows,
  rnnRows,
  optimRows,
  chainRows,
  otherRows,
  cnnRows,
];

const table: Table = Object.assign({}, ...tables);

/** The rows that draw cases, by name. */
export const rows: ReadonlyMap<string, Row> = new Map(
  Object.entries(table).filter((entry): entry is [string, Row] => typeof entry[1] === 'function'),
);

/** The program that a row draws. */
export function drawn(name: string, d: Draw): Program {
  const order = d.pick([1, 0, 1, 1, 1, 0, 1, 2]);
  const row = rows.get(name)!; // the caller has it from there
  const random = Object.hasOwn(randomRows, name) || /dropout/i.test(name);
  return {
    order,
    random,
    spread: spreadOf(name),
    root: row(d, name.replace('Tensor.', ''), order),
  };
}

/** See Program: 1 / √eps is 316 for the eps of normalisations. */
function spreadOf(name: string): Program['spread'] {
  const tables = [lossRows, layerRows, rnnRows, optimRows, cnnRows, chainRows];
  const compound =
    tables.some((rows) => Object.hasOwn(rows, name)) || /softmax|logSumExp|gelu/i.test(name);
  return { value: compound ? 1 : 0, gradient: name.includes('Norm') ? 317 : 1 };
}

/** The methods of Tensor that are ops: all but those of its lowest class, which has `item`. */
function methodNames(): string[] {
  const names: string[] = [];
  let prototype: object = Tensor.prototype;
  while (!Object.hasOwn(prototype, 'item')) {
    names.push(...Object.getOwnPropertyNames(prototype));
    prototype = Object.getPrototypeOf(prototype);
  }
  return names;
}

/** Everything public that can be called. */
function publicNames(): string[] {
  const methods = methodNames().map((name) => `Tensor.${name}`);
  const exports = Object.values(entries).flatMap((entry) =>
    Object.keys(entry).filter((name) => typeof entry[name] === 'function'),
  );
  return [...new Set([...methods, ...exports])];
}

/** One sentence for each public name without a row or a reason, and for each row of nothing. */
export function gaps(): string[] {
  const names = publicNames();
  const missing = names.filter((name) => !Object.hasOwn(table, name));
  const extra = Object.keys(table).filter(
    (name) => !names.includes(name) && !Object.hasOwn(chainRows, name),
  );
  return [
    ...missing.map((name) => `${name} has no row in scripts/fuzz/rows-*.ts and no reason for it.`),
    ...extra.map((name) => `The row ${name} stands for nothing that is exported.`),
  ];
}
