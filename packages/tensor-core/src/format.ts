import type { TypedArray } from './dtype.ts';
import { formatShape, type Shape } from './shape.ts';
import type { DType } from './dtype.ts';

/**
 * Says what `console.log` of Node, Deno and Bun shows of the objects of a class, and of classes made of it.
 *
 * @example
 * import { showAs } from '@kasane/tensor-core';
 * import { inspect } from 'node:util';
 * class Point {
 *   readonly x = 3;
 * }
 * showAs(Point, ({ x }) => `a point at ${x}`);
 * inspect(new Point()); // => a point at 3
 */
export function showAs<T extends object>(
  type: { readonly prototype: T },
  show: (self: T) => string,
): void {
  Object.defineProperty(type.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: T) {
      return show(this);
    },
  });
}

// NumPy's choices: long tensors show three values at either end of each dimension.
const LIMIT = 1000;
const EDGE = 3;
const DIGITS = 4;

/** The values in nested brackets, columns aligned; shape and dtype where the text does not tell, or `all` asks for them. */
export function formatTensor(
  { shape, dtype }: { readonly shape: Shape; readonly dtype: DType },
  data: TypedArray,
  all: boolean = false,
): string {
  const shorten = data.length > LIMIT;
  const picks = shape.map((d) =>
    shorten && d > 2 * EDGE
      ? [0, 1, 2, -1, d - 3, d - 2, d - 1]
      : Array.from({ length: d }, (_, i) => i),
  );
  // Every picked value in its cell, row by row.
  const brackets = (dim: number, offset: number, cell: (i: number) => string): string => {
    if (dim === shape.length) return cell(offset);
    const parts = picks[dim]!.map((i) =>
      i < 0 ? '...' : brackets(dim + 1, offset * shape[dim]! + i, cell),
    );
    // Matrices break after each row; blocks of matrices leave a blank line between.
    const breaks = '\n'.repeat(shape.length - dim - 1);
    const indent = ' '.repeat('tensor(['.length + dim);
    return `[${parts.join(breaks === '' ? ', ' : `,${breaks}${indent}`)}]`;
  };
  const shown: number[] = [];
  brackets(0, 0, (i) => String(shown.push(data[i]!)));
  const format = formatter(dtype, shown);
  const width = Math.max(0, ...shown.map((x) => format(x).length));
  const body = brackets(0, 0, (i) => format(data[i]!).padStart(width));
  const notes = [
    ...(!all && (dtype === 'float32' || dtype === 'bool') ? [] : [dtype]),
    ...(all || shorten || data.length === 0 ? [`shape=${formatShape(shape)}`] : []),
  ];
  return `tensor(${[body, ...notes].join(', ')})`;
}

/** One notation for all values: whole numbers plain, the rest with equal digits, or scientific. */
function formatter(dtype: DType, values: readonly number[]): (x: number) => string {
  if (dtype === 'bool') return (x) => (x === 0 ? 'false' : 'true');
  if (dtype === 'int32') return String;
  const finite = values.filter(Number.isFinite);
  const sizes = finite.filter((x) => x !== 0).map(Math.abs);
  const largest = Math.max(0, ...sizes);
  const smallest = Math.min(Infinity, ...sizes);
  const scientific = largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e5;
  const whole = finite.every(Number.isInteger) && largest < 1e8;
  return (x) => {
    if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf';
    return whole ? `${x}.` : scientific ? x.toExponential(DIGITS) : x.toFixed(DIGITS);
  };
}
