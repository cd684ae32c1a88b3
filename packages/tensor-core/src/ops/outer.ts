import { ShapeError } from '../errors.ts';
import { requireTensor } from '../given.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** aᵢ bⱼ of two vectors: every element of one times every element of the other, (n) × (m) → (n, m). */
export function outer(a: Tensor, b: Tensor): Tensor {
  requireTensor('outer', 'the other vector', b);
  if (a.ndim !== 1 || b.ndim !== 1) {
    throw new ShapeError(
      `outer: needs two vectors, got ${formatShape(a.shape)} and ${formatShape(b.shape)}. Flatten them.`,
    );
  }
  return a.unsqueeze(1).mul(b);
}
