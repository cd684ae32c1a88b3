import { optionsOf } from '../options.ts';
import * as arithmetic from '../ops/arithmetic.ts';
import { multiply, type MatmulAttrs } from '../ops/matmul.ts';
import { outer } from '../ops/outer.ts';
import type { Operand, Tensor } from '../tensor.ts';
import { Activations } from './activations.ts';
import { applyBinary, asTensor } from './apply.ts';

/** Arithmetic of two tensors, or of a tensor and a number, and products of matrices and vectors. */
export class Arithmetic extends Activations {
  /** this + other; of bools, whether either is true */
  add(other: Operand): Tensor {
    return applyBinary(arithmetic.add, this, other);
  }
  /** this - other; bools have none */
  sub(other: Operand): Tensor {
    return applyBinary(arithmetic.sub, this, other);
  }
  /** this · other, elementwise; of bools, whether both are true */
  mul(other: Operand): Tensor {
    return applyBinary(arithmetic.mul, this, other);
  }
  /** this / other; integers divide to float32 */
  div(other: Operand): Tensor {
    return applyBinary(arithmetic.div, this, other);
  }
  /** this raised to the power other */
  pow(other: Operand): Tensor {
    return applyBinary(arithmetic.pow, this, other);
  }
  /** the larger of this and other; NaN if either is */
  maximum(other: Operand): Tensor {
    return applyBinary(arithmetic.maximum, this, other);
  }
  /** the smaller of this and other; NaN if either is */
  minimum(other: Operand): Tensor {
    return applyBinary(arithmetic.minimum, this, other);
  }
  /** the angle of the point (other, this), in radians */
  atan2(other: Operand): Tensor {
    return applyBinary(arithmetic.atan2, this, other);
  }
  /**
   * The matrix product over the last two dimensions; leading ones broadcast. A vector counts as one
   * row on the left and one column on the right. Transposed operands are read in place.
   */
  matmul(other: Tensor, options?: Partial<MatmulAttrs>): Tensor {
    const given = optionsOf('matmul', options, ['transposeA', 'transposeB']);
    return multiply(asTensor(this), other, given);
  }
  /** every element of this vector times every element of another, (n) × (m) → (n, m) */
  outer(other: Tensor): Tensor {
    return outer(asTensor(this), other);
  }
}
