/**
 * Thrown when the shapes, dimensions or indices given to an op do not fit its rule.
 *
 * @example
 * import { ShapeError, tensor } from '@kasane/tensor-core';
 * let caught: unknown;
 * try {
 *   tensor([1, 2]).add(tensor([1, 2, 3]));
 * } catch (error) {
 *   caught = error;
 * }
 * caught instanceof ShapeError; // => true
 */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/**
 * Thrown when an op does not accept the dtype of an input.
 *
 * @example
 * import { DTypeError, tensor } from '@kasane/tensor-core';
 * let caught: unknown;
 * try {
 *   tensor([1, 0]).where(1, 2); // the condition is float32
 * } catch (error) {
 *   caught = error;
 * }
 * caught instanceof DTypeError; // => true
 */
export class DTypeError extends Error {
  override readonly name = 'DTypeError';
}

/**
 * Thrown when a tensor is used after it was freed, or a scope is used where it cannot hold.
 *
 * @example
 * import { ScopeError, tensor } from '@kasane/tensor-core';
 * const x = tensor([1, 2]);
 * x.dispose();
 * let caught: unknown;
 * try {
 *   x.sum();
 * } catch (error) {
 *   caught = error;
 * }
 * caught instanceof ScopeError; // => true
 */
export class ScopeError extends Error {
  override readonly name = 'ScopeError';
}

/**
 * Thrown when data handed to a reader or a constructor is not what its format promises.
 *
 * @example
 * import { DataError } from '@kasane/tensor-core';
 * const parse = (row: string): number[] => {
 *   const values = row.split(',').map(Number);
 *   if (values.some(Number.isNaN)) throw new DataError(`row "${row}": every field must be a number.`);
 *   return values;
 * };
 * parse('1,2'); // => [1,2]
 */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/**
 * Thrown when a saved state does not fit the object it is loaded into.
 *
 * @example
 * import { CheckpointError } from '@kasane/tensor-core';
 * const restore = (state: { epoch?: number }): number => {
 *   if (state.epoch === undefined) throw new CheckpointError('state: epoch is missing.');
 *   return state.epoch;
 * };
 * restore({ epoch: 3 }); // => 3
 */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/**
 * Throws RangeError unless `value` is a whole number from `least` to `most`, naming who wants it and what it is.
 *
 * @example
 * import { requireWhole } from '@kasane/tensor-core';
 * let message = '';
 * try {
 *   requireWhole('Linear', 'inFeatures', 1.5);
 * } catch (error) {
 *   message = String(error);
 * }
 * message; // => RangeError: Linear: inFeatures must be a whole number ≥ 0, got 1.5.
 */
export function requireWhole(
  owner: string,
  what: string,
  value: number,
  least: number = 0,
  most: number = Infinity,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Infinity ? `≥ ${least}` : `from ${least} to ${most}`;
  requireThat(false, owner, what, value, `a whole number ${range}`);
}

/**
 * Throws RangeError unless `holds`, naming who wants it, the value and the rule that it breaks.
 *
 * @example
 * import { requireThat } from '@kasane/tensor-core';
 * let message = '';
 * try {
 *   requireThat(2 <= 1, 'dropout', 'p', 2, 'from 0 to 1');
 * } catch (error) {
 *   message = String(error);
 * }
 * message; // => RangeError: dropout: p must be from 0 to 1, got 2.
 */
export function requireThat(
  holds: boolean,
  owner: string,
  what: string,
  value: number,
  rule: string,
): void {
  if (!holds) throw new RangeError(`${owner}: ${what} must be ${rule}, got ${value}.`);
}
