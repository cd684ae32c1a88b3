/** What callers gave, who in plain JavaScript have no types to tell them. */
import { DTypeError, ShapeError } from './errors.ts';
import type { Tensor } from './tensor.ts';

/** A value of any kind as error messages name it. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : `an object (${value.constructor?.name})`;
}

/**
 * Throws DTypeError unless `value` is a tensor, naming who wants it and what it is to be.
 *
 * @example
 * import { requireTensor } from '@kasane/tensor-core';
 * let message = '';
 * try {
 *   requireTensor('accuracy', 'the target', [0, 1]);
 * } catch (error) {
 *   message = String(error);
 * }
 * message; // => DTypeError: accuracy: the target must be a tensor, got an array. Use tensor(…).
 */
export function requireTensor(
  owner: string,
  what: string,
  value: unknown,
): asserts value is Tensor {
  if (!isTensor(value)) throw notTensor(owner, what, 'a tensor', value);
}

/** Asked by a field: importing the class here would close an import cycle. */
export function isTensor(value: unknown): value is Tensor {
  return (value as Tensor | null | undefined)?.provenance !== undefined;
}

/** The error of a value that is not `wanted`. */
export function notTensor(owner: string, what: string, wanted: string, got: unknown): DTypeError {
  const way = got instanceof Promise ? 'Await it' : 'Use tensor(…)';
  return new DTypeError(`${owner}: ${what} must be ${wanted}, got ${describe(got)}. ${way}.`);
}

/** Throws DTypeError unless `value` is a list of tensors. */
export function requireTensors(owner: string, value: readonly Tensor[]): void {
  if (!Array.isArray(value)) {
    throw new DTypeError(`${owner}: needs an array of tensors, got ${describe(value)}.`);
  }
  value.forEach((x, i) => requireTensor(owner, `tensor ${i}`, x));
}

/** Throws unless `value` is a function to call. */
export function requireFunction(owner: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new TypeError(`${owner}: needs a function, got ${describe(value)}. Write () => ….`);
  }
}

/** A list of numbers, given as one or as numbers in a row. */
export function listed(
  owner: string,
  first: readonly number[] | number,
  rest: readonly number[],
): readonly number[] {
  if (Array.isArray(first) && rest.length === 0) return first;
  if (typeof first === 'number') return [first, ...rest];
  throw new ShapeError(
    `${owner}: needs numbers, in one array or in a row, got ${[first, ...rest].map(describe).join(', ')}.`,
  );
}

/** The sizes, given as one list or in a row, and the options that follow them. */
export function sizesAndOptions<Options>(
  owner: string,
  given: readonly (readonly number[] | number | Options | undefined)[],
): readonly [shape: readonly number[], options: Options | undefined] {
  const last = given.at(-1);
  const bare = given.length < 2 || (typeof last !== 'object' && last !== undefined);
  // What is neither a number nor a list is found out by `listed` and by whoever checks the shape.
  const [first, ...rest] = (bare ? given : given.slice(0, -1)) as number[];
  return [listed(owner, first!, rest), bare ? undefined : (last as Options)]; // the last is no size
}
