import { clamped } from '../ops/activations.ts';
import * as unary from '../ops/unary.ts';
import { TensorBase } from '../tensor-base.ts';
import type { Tensor } from '../tensor.ts';
import { applyUnary, asTensor } from './apply.ts';

/** Functions of one element. */
export class Functions extends TensorBase {
  /**
   * $-x$
   *
   * @throws {@link DTypeError} for bool: use `logicalNot`.
   */
  neg(): Tensor {
    return applyUnary(unary.neg, this);
  }
  /** $|x|$ */
  abs(): Tensor {
    return applyUnary(unary.abs, this);
  }
  /** -1, 0 or 1, $x / |x|$ where x is not 0; NaN stays, of which PyTorch makes 0 */
  sign(): Tensor {
    return applyUnary(unary.sign, this);
  }
  /** $e^x$ */
  exp(): Tensor {
    return applyUnary(unary.exp, this);
  }
  /** $e^x - 1$, exact near 0 */
  expm1(): Tensor {
    return applyUnary(unary.expm1, this);
  }
  /** the natural logarithm, $\ln x$; NaN below 0 */
  log(): Tensor {
    return applyUnary(unary.log, this);
  }
  /** $\ln(1 + x)$, exact near 0 */
  log1p(): Tensor {
    return applyUnary(unary.log1p, this);
  }
  /** $\sqrt x$; NaN below 0 */
  sqrt(): Tensor {
    return applyUnary(unary.sqrt, this);
  }
  /** $1 / \sqrt x$ */
  rsqrt(): Tensor {
    return applyUnary(unary.rsqrt, this);
  }
  /** $x^2$ */
  square(): Tensor {
    return applyUnary(unary.square, this);
  }
  /** $1 / x$ */
  reciprocal(): Tensor {
    return applyUnary(unary.reciprocal, this);
  }
  /** $\sin x$, x in radians */
  sin(): Tensor {
    return applyUnary(unary.sin, this);
  }
  /** $\cos x$, x in radians */
  cos(): Tensor {
    return applyUnary(unary.cos, this);
  }
  /** $\tan x$, x in radians */
  tan(): Tensor {
    return applyUnary(unary.tan, this);
  }
  /** hyperbolic sine, $(e^x - e^{-x}) / 2$ */
  sinh(): Tensor {
    return applyUnary(unary.sinh, this);
  }
  /** hyperbolic cosine, $(e^x + e^{-x}) / 2$ */
  cosh(): Tensor {
    return applyUnary(unary.cosh, this);
  }
  /** hyperbolic tangent, $(e^x - e^{-x}) / (e^x + e^{-x})$ */
  tanh(): Tensor {
    return applyUnary(unary.tanh, this);
  }
  /** inverse sine, $\arcsin x$, in radians; NaN beyond -1 and 1 */
  asin(): Tensor {
    return applyUnary(unary.asin, this);
  }
  /** inverse cosine, $\arccos x$, in radians; NaN beyond -1 and 1 */
  acos(): Tensor {
    return applyUnary(unary.acos, this);
  }
  /** inverse tangent, $\arctan x$, in radians */
  atan(): Tensor {
    return applyUnary(unary.atan, this);
  }
  /** $\sigma(x) = 1 / (1 + e^{-x})$ */
  sigmoid(): Tensor {
    return applyUnary(unary.sigmoid, this);
  }
  /** the error function, $\tfrac{2}{\sqrt\pi} \int_0^x e^{-t^2} dt$ */
  erf(): Tensor {
    return applyUnary(unary.erf, this);
  }
  /** the largest whole number ≤ x, $\lfloor x \rfloor$ */
  floor(): Tensor {
    return applyUnary(unary.floor, this);
  }
  /** the smallest whole number ≥ x, $\lceil x \rceil$ */
  ceil(): Tensor {
    return applyUnary(unary.ceil, this);
  }
  /** the nearest whole number; halves go to the even one, as in PyTorch and unlike `Math.round` */
  round(): Tensor {
    return applyUnary(unary.round, this);
  }
  /**
   * $\min(\max(x, \text{min}), \text{max})$; a bound of NaN makes NaN of all
   *
   * Bounds are numbers; PyTorch's may be tensors, for which there are `maximum` and `minimum`.
   */
  clamp(min: number = -Infinity, max: number = Infinity): Tensor {
    return clamped(asTensor(this), min, max);
  }
}
