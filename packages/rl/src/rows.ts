import { ShapeError, shown } from '@kasane/tensor-core';
import { requireFinite } from './planning/given.ts';

/**
 * Throws unless given is a row of so many finite numbers: TypeError for what is no array, ShapeError for another length, DTypeError or
 * RangeError for an element that is no finite number.
 * @internal
 */
export function requireRow(
  owner: string,
  what: string,
  given: unknown,
  size: number,
): asserts given is ArrayLike<number> {
  const { length } = Object(given) as { length?: unknown }; // undefined has none
  const rule = `${owner}: ${what} must be an array of ${size} numbers`;
  if (typeof given !== 'object' || typeof length !== 'number') {
    throw new TypeError(`${rule}, got ${shown(given)}.`);
  }
  if (length !== size) throw new ShapeError(`${rule}, got one of ${length}.`);
  const list = given as ArrayLike<number>; // it has a length
  for (let j = 0; j < size; j++) requireFinite(owner, `number ${j} of ${what}`, list[j]);
}
