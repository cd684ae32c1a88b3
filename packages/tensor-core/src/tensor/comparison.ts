import * as comparison from '../ops/comparison.ts';
import type { Operand, Tensor } from '../tensor.ts';
import { applyBinary, asTensor } from './apply.ts';
import { Arithmetic } from './arithmetic.ts';

/** Comparison and logic; the results are bool. */
export class Comparison extends Arithmetic {
  /** this = other, as bool */
  equal(other: Operand): Tensor {
    return applyBinary(comparison.equal, this, other);
  }
  /** this ≠ other, as bool */
  notEqual(other: Operand): Tensor {
    return applyBinary(comparison.notEqual, this, other);
  }
  /** this < other, as bool */
  less(other: Operand): Tensor {
    return applyBinary(comparison.less, this, other);
  }
  /** this ≤ other, as bool */
  lessEqual(other: Operand): Tensor {
    return applyBinary(comparison.lessEqual, this, other);
  }
  /** this > other, as bool */
  greater(other: Operand): Tensor {
    return applyBinary(comparison.greater, this, other);
  }
  /** this ≥ other, as bool */
  greaterEqual(other: Operand): Tensor {
    return applyBinary(comparison.greaterEqual, this, other);
  }
  /** both are nonzero */
  logicalAnd(other: Operand): Tensor {
    return applyBinary(comparison.logicalAnd, this, other);
  }
  /** either is nonzero */
  logicalOr(other: Operand): Tensor {
    return applyBinary(comparison.logicalOr, this, other);
  }
  /** exactly one is nonzero */
  logicalXor(other: Operand): Tensor {
    return applyBinary(comparison.logicalXor, this, other);
  }
  /** is zero */
  logicalNot(): Tensor {
    return this.equal(0);
  }
  /** is NaN */
  isNaN(): Tensor {
    return this.notEqual(asTensor(this));
  }
  /** is neither NaN nor infinite */
  isFinite(): Tensor {
    return this.abs().less(Infinity);
  }
}
