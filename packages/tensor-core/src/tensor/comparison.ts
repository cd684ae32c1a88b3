import * as comparison from '../ops/comparison.ts';
import type { Operand, Tensor } from '../tensor.ts';
import { applyBinary, asTensor } from './apply.ts';
import { Arithmetic } from './arithmetic.ts';

/** Comparison and logic; the results are bool. */
export class Comparison extends Arithmetic {
  /**
   * $x = y$, as bool, for each element: `torch.eq`, while `torch.equal` gives one answer for all
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  equal(other: Operand): Tensor {
    return applyBinary(comparison.equal, this, other);
  }
  /**
   * $x \ne y$, as bool
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  notEqual(other: Operand): Tensor {
    return applyBinary(comparison.notEqual, this, other);
  }
  /**
   * $x < y$, as bool
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  less(other: Operand): Tensor {
    return applyBinary(comparison.less, this, other);
  }
  /**
   * $x \le y$, as bool
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  lessEqual(other: Operand): Tensor {
    return applyBinary(comparison.lessEqual, this, other);
  }
  /**
   * $x > y$, as bool
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  greater(other: Operand): Tensor {
    return applyBinary(comparison.greater, this, other);
  }
  /**
   * $x \ge y$, as bool
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  greaterEqual(other: Operand): Tensor {
    return applyBinary(comparison.greaterEqual, this, other);
  }
  /**
   * both are nonzero, $x \ne 0 \land y \ne 0$
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  logicalAnd(other: Operand): Tensor {
    return applyBinary(comparison.logicalAnd, this, other);
  }
  /**
   * either is nonzero, $x \ne 0 \lor y \ne 0$
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  logicalOr(other: Operand): Tensor {
    return applyBinary(comparison.logicalOr, this, other);
  }
  /**
   * exactly one is nonzero, $(x \ne 0) \ne (y \ne 0)$
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  logicalXor(other: Operand): Tensor {
    return applyBinary(comparison.logicalXor, this, other);
  }
  /** is zero, $x = 0$ */
  logicalNot(): Tensor {
    return this.equal(0);
  }
  /** is NaN, $x \ne x$: `torch.isnan` */
  isNaN(): Tensor {
    return this.notEqual(asTensor(this));
  }
  /** is neither NaN nor infinite, $|x| < \infty$: `torch.isfinite` */
  isFinite(): Tensor {
    return this.abs().less(Infinity);
  }
}
