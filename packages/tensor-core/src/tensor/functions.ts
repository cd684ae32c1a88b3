import { clamped } from '../ops/activations.ts';
import * as unary from '../ops/unary.ts';
import { TensorBase } from '../tensor-base.ts';
import type { Tensor } from '../tensor.ts';
import { applyUnary, asTensor } from './apply.ts';

/** Functions of one element. */
export class Functions extends TensorBase {
  /** -x; bools have none */
  neg(): Tensor {
    return applyUnary(unary.neg, this);
  }
  /** |x| */
  abs(): Tensor {
    return applyUnary(unary.abs, this);
  }
  /** -1, 0 or 1 */
  sign(): Tensor {
    return applyUnary(unary.sign, this);
  }
  /** eˣ */
  exp(): Tensor {
    return applyUnary(unary.exp, this);
  }
  /** eˣ - 1, exact near 0 */
  expm1(): Tensor {
    return applyUnary(unary.expm1, this);
  }
  /** the natural logarithm */
  log(): Tensor {
    return applyUnary(unary.log, this);
  }
  /** log(1 + x), exact near 0 */
  log1p(): Tensor {
    return applyUnary(unary.log1p, this);
  }
  /** √x */
  sqrt(): Tensor {
    return applyUnary(unary.sqrt, this);
  }
  /** 1/√x */
  rsqrt(): Tensor {
    return applyUnary(unary.rsqrt, this);
  }
  /** x² */
  square(): Tensor {
    return applyUnary(unary.square, this);
  }
  /** 1/x */
  reciprocal(): Tensor {
    return applyUnary(unary.reciprocal, this);
  }
  /** sin x, radians */
  sin(): Tensor {
    return applyUnary(unary.sin, this);
  }
  /** cos x, radians */
  cos(): Tensor {
    return applyUnary(unary.cos, this);
  }
  /** tan x, radians */
  tan(): Tensor {
    return applyUnary(unary.tan, this);
  }
  /** hyperbolic sine */
  sinh(): Tensor {
    return applyUnary(unary.sinh, this);
  }
  /** hyperbolic cosine */
  cosh(): Tensor {
    return applyUnary(unary.cosh, this);
  }
  /** hyperbolic tangent */
  tanh(): Tensor {
    return applyUnary(unary.tanh, this);
  }
  /** inverse sine, radians */
  asin(): Tensor {
    return applyUnary(unary.asin, this);
  }
  /** inverse cosine, radians */
  acos(): Tensor {
    return applyUnary(unary.acos, this);
  }
  /** inverse tangent, radians */
  atan(): Tensor {
    return applyUnary(unary.atan, this);
  }
  /** 1/(1 + e⁻ˣ) */
  sigmoid(): Tensor {
    return applyUnary(unary.sigmoid, this);
  }
  /** the error function */
  erf(): Tensor {
    return applyUnary(unary.erf, this);
  }
  /** the largest whole number ≤ x */
  floor(): Tensor {
    return applyUnary(unary.floor, this);
  }
  /** the smallest whole number ≥ x */
  ceil(): Tensor {
    return applyUnary(unary.ceil, this);
  }
  /** the nearest whole number; halves go to the even one */
  round(): Tensor {
    return applyUnary(unary.round, this);
  }
  /** min if x < min, and max if that is > max, else x; a bound of NaN makes NaN of all */
  clamp(min: number = -Infinity, max: number = Infinity): Tensor {
    return clamped(asTensor(this), min, max);
  }
}
