import { optionsOf } from '../options.ts';
import * as arithmetic from '../ops/arithmetic.ts';
import { multiply, type MatmulAttrs } from '../ops/matmul.ts';
import { outer } from '../ops/outer.ts';
import type { Operand, Tensor } from '../tensor.ts';
import { Activations } from './activations.ts';
import { applyBinary, asTensor } from './apply.ts';

/** Arithmetic of two tensors, or of a tensor and a number, and products of matrices and vectors. */
export class Arithmetic extends Activations {
  /**
   * $x + y$; of bools, whether either is true
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  add(other: Operand): Tensor {
    return applyBinary(arithmetic.add, this, other);
  }
  /**
   * $x - y$
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   * @throws {@link DTypeError} for two bools: use `logicalXor`.
   */
  sub(other: Operand): Tensor {
    return applyBinary(arithmetic.sub, this, other);
  }
  /**
   * $x \cdot y$, elementwise; of bools, whether both are true
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  mul(other: Operand): Tensor {
    return applyBinary(arithmetic.mul, this, other);
  }
  /**
   * $x / y$; integers divide to float32
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  div(other: Operand): Tensor {
    return applyBinary(arithmetic.div, this, other);
  }
  /**
   * $x^y$; int32 keeps the whole part, also of a negative power, for which PyTorch refuses a number
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  pow(other: Operand): Tensor {
    return applyBinary(arithmetic.pow, this, other);
  }
  /**
   * $\max(x, y)$; NaN if either is; PyTorch's takes no number
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  maximum(other: Operand): Tensor {
    return applyBinary(arithmetic.maximum, this, other);
  }
  /**
   * $\min(x, y)$; NaN if either is; PyTorch's takes no number
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  minimum(other: Operand): Tensor {
    return applyBinary(arithmetic.minimum, this, other);
  }
  /**
   * the angle of the point (other, this), in radians from $-\pi$ to $\pi$: $\arctan(x / y)$ where $y > 0$
   *
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  atan2(other: Operand): Tensor {
    return applyBinary(arithmetic.atan2, this, other);
  }
  /**
   * The matrix product over the last two dimensions; leading ones broadcast. A vector counts as one
   * row on the left and one column on the right. Transposed operands are read in place.
   *
   * $$ C_{ij} = \sum_k A_{ik} B_{kj} $$
   *
   * | this | other | result |
   * | --- | --- | --- |
   * | (..., m, k) | (..., k, n) | (..., m, n) |
   * | (k) | (..., k, n) | (..., n) |
   * | (..., m, k) | (k) | (..., m) |
   * | (k) | (k) | a scalar |
   *
   * Unlike PyTorch's, it takes two dtypes, by `promoteTypes`, and can read either side transposed.
   *
   * @throws {@link ShapeError} if the dimensions that are summed over differ, the leading ones do not broadcast, or
   * one side is a scalar.
   * @throws {@link DTypeError} for two bools.
   */
  matmul(other: Tensor, options?: Partial<MatmulAttrs>): Tensor {
    const given = optionsOf('matmul', options, ['transposeA', 'transposeB']);
    return multiply(asTensor(this), other, given);
  }
  /**
   * $C_{ij} = x_i y_j$: every element of this vector times every element of another, (n) × (m) → (n, m)
   *
   * @throws {@link ShapeError} unless both are vectors.
   */
  outer(other: Tensor): Tensor {
    return outer(asTensor(this), other);
  }
}
