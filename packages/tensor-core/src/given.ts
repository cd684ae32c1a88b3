/** What callers gave, who in plain JavaScript have no types to tell them. */
import type { Backend } from './backends/backend.ts';
import { DTypeError, ShapeError } from './errors.ts';
import { shown } from './options.ts';
import type { Tensor } from './tensor.ts';

/** True for arrays; Array.isArray does not tell readonly ones from what else there may be. */
export const isList: (value: number | readonly number[]) => value is readonly number[] =
  Array.isArray;

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

/**
 * Whether a value is a tensor. Same as `torch.is_tensor`.
 *
 * @example
 * import { isTensor, tensor } from '@kasane/tensor-core';
 * [isTensor(tensor([1])), isTensor([1])]; // => [true,false]
 */
export function isTensor(value: unknown): value is Tensor {
  // Asked by a field: importing the class here would close an import cycle.
  return (value as Tensor | null | undefined)?.provenance !== undefined;
}

/** The error of a value that is not `wanted`. */
export function notTensor(owner: string, what: string, wanted: string, got: unknown): DTypeError {
  return new DTypeError(`${owner}: ${what} must be ${wanted}, got ${shown(got)}. Use tensor(…).`);
}

/**
 * Throws DTypeError unless `value` is a list of tensors, naming who wants it.
 *
 * @example
 * import { requireTensors, tensor } from '@kasane/tensor-core';
 * requireTensors('sumOf', [tensor(1), 2]); // => throws DTypeError
 */
export function requireTensors(owner: string, value: unknown): asserts value is readonly Tensor[] {
  if (!Array.isArray(value)) {
    throw new DTypeError(`${owner}: needs an array of tensors, got ${shown(value)}.`);
  }
  const i = value.findIndex((x) => !isTensor(x));
  if (i >= 0) requireTensor(owner, `entry ${i}`, value[i]);
}

/** The backend itself, or DTypeError if it is none, such as the name of a device. */
export function requireBackend(owner: string, backend: Backend): Backend {
  if (typeof backend?.upload === 'function') return backend;
  throw new DTypeError(
    `${owner}: the backend must be wasm(), reference() or gpu(), got ${shown(backend)}.`,
  );
}

/**
 * Throws TypeError unless `value` is a function, naming who wants to call it.
 *
 * @example
 * import { requireFunction } from '@kasane/tensor-core';
 * requireFunction('repeatedly', 3); // => throws TypeError
 */
export function requireFunction(owner: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new TypeError(`${owner}: needs a function, got ${shown(value)}. Write () => ….`);
  }
}

/** Throws DTypeError unless `value` is a number: NaN is one, what JavaScript would make a number of is none. */
export function requireNumber(
  owner: string,
  what: string,
  value: unknown,
): asserts value is number {
  if (typeof value === 'number') return;
  throw new DTypeError(`${owner}: ${what} must be a number, got ${shown(value)}.`);
}

/**
 * A list of numbers, given as one, which is `first`, or as numbers in a row, of which it is the first. Who is called
 * with a list should not pay for the row, so `given` is their `arguments`: a rest parameter would be an array for each call.
 */
export function listed(
  owner: string,
  first: readonly number[] | number,
  given: ArrayLike<unknown>,
): readonly number[] {
  if (isList(first) && given.length === 1) return first;
  if (typeof first === 'number') return Array.from(given, Number);
  const got = Array.from(given, shown).join(', ');
  throw new ShapeError(`${owner}: needs numbers, in one array or in a row, got ${got}.`);
}

/** The sizes, given as one list or in a row, and the options that follow them. */
export function sizesAndOptions<Options>(
  owner: string,
  given: readonly (readonly number[] | number | Options | undefined)[],
): readonly [shape: readonly number[], options: Options | undefined] {
  const last = given.at(-1);
  const bare = given.length < 2 || (typeof last !== 'object' && last !== undefined);
  // What is neither a number nor a list is found out by `listed` and by whoever checks the shape.
  const sizes = (bare ? given : given.slice(0, -1)) as number[];
  return [listed(owner, sizes[0]!, sizes), bare ? undefined : (last as Options)]; // the last is no size
}
