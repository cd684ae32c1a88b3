import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** `x` laid out `sizes[i]` times along dim i; sizes may name new dims in front. */
export function repeat(x: Tensor, sizes: readonly number[]): Tensor {
  const lead = sizes.length - x.ndim;
  if (lead < 0) {
    throw new ShapeError(
      `repeat: needs a count per dimension of ${formatShape(x.shape)}, got [${sizes.join(',')}]. Use tile for fewer.`,
    );
  }
  checkCounts('repeat', sizes);
  // (a, b) as (1, a, 1, b) stretches to (r, a, s, b), which is (r·a, s·b) laid out in order.
  const apart: number[] = [];
  const stretched: number[] = [];
  const joined = sizes.map((count, i) => {
    const size = x.shape[i - lead] ?? 1;
    apart.push(1, size);
    stretched.push(count, size);
    return count * size;
  });
  return x.reshape(apart).broadcastTo(stretched).reshape(joined);
}

/** repeat, where missing leading counts are 1. */
export function tile(x: Tensor, reps: readonly number[]): Tensor {
  checkCounts('tile', reps);
  return repeat(x, [...x.shape.slice(reps.length).map(() => 1), ...reps]);
}

function checkCounts(op: string, counts: readonly number[]): void {
  if (!counts.every((n) => Number.isInteger(n) && n >= 0)) {
    throw new ShapeError(`${op}: counts must be whole numbers ≥ 0, got [${counts.join(',')}].`);
  }
}
