import { ShapeError } from '../errors.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { concat } from './concat.ts';

/**
 * `x` shifted along each of `dims`, or flattened first if none is named; what falls off the end comes
 * in at the start.
 */
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  dims?: number | readonly number[],
): Tensor {
  const amounts = [shifts].flat();
  if (dims === undefined && amounts.length === 1) {
    return roll(x.flatten(), amounts, 0).reshape(x.shape);
  }
  const list = [dims ?? []].flat();
  if (list.length !== amounts.length || !amounts.every(Number.isInteger)) {
    throw new ShapeError(
      `roll: needs a whole shift per dim, got shifts [${amounts.join(',')}] for dims [${list.join(',')}].`,
    );
  }
  let rolled = x;
  list.forEach((d, i) => {
    const dim = normalizeDim('roll', d, x.ndim);
    const size = x.shape[dim] ?? 1;
    const shift = ((amounts[i]! % size) + size) % size; // NaN of nothing
    if (shift > 0) rolled = concat([rolled.slice(dim, -shift), rolled.slice(dim, 0, -shift)], dim);
  });
  return rolled;
}
