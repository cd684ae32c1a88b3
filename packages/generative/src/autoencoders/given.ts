import { Module, type Layer } from '@kasane/nn';
import { formatShape, requireTensor, ShapeError, shown, type Tensor } from '@kasane/tensor-core';

/** Throws TypeError unless `value` is a module with a forward, naming who wants it and what it is to be. */
export function requireLayer(owner: string, what: string, value: unknown): asserts value is Layer {
  if (value instanceof Module) return;
  throw new TypeError(
    `${owner}: ${what} must be a module such as new Linear(784, 32), got ${shown(value)}.`,
  );
}

/** Throws TypeError unless `value` is one of these words. */
export function requireOneOf<T extends string>(
  owner: string,
  what: string,
  value: T,
  words: readonly T[],
): void {
  if (words.includes(value)) return;
  throw new TypeError(`${owner}: ${what} must be ${words.join(' or ')}, got ${shown(value)}.`);
}

/** Throws DTypeError for what is no tensor, ShapeError unless it has a batch of N and something in each of its entries. */
export function requireBatch(owner: string, what: string, value: unknown): asserts value is Tensor {
  requireTensor(owner, what, value);
  if (value.ndim >= 2 && value.size > 0) return;
  throw new ShapeError(
    `${owner}: ${what} must have the shape (N, …) without empty dimensions, got ${formatShape(value.shape)}.`,
  );
}

/** Throws ShapeError unless what a model gave back has the shape of what went in. */
export function requireRebuilt(owner: string, input: Tensor, output: Tensor): void {
  const [given, rebuilt] = [formatShape(input.shape), formatShape(output.shape)];
  if (given === rebuilt) return;
  throw new ShapeError(
    `${owner}: the decoder must give back the shape of the input, ${given}, got ${rebuilt}.`,
  );
}
