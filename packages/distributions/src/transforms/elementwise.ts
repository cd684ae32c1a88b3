/** Transforms of single numbers. */
import type { Shape, Tensor } from '@kasane/tensor-core';
import { commonShape } from '../broadcast.ts';
import type { Constraint } from '../constraint.ts';
import { interval, nonnegative, positive, real, unitInterval } from '../constraints.ts';
import { sameNumbers, Transform } from './transform.ts';

/**
 * A line, elementwise.
 *
 * $$ y = \mathrm{loc} + \mathrm{scale} \cdot x, \quad \log \left| \frac{dy}{dx} \right| = \log |\mathrm{scale}| $$
 *
 * Same as `torch.distributions.AffineTransform`, without `event_dim`: see `IndependentTransform`.
 *
 * @throws RangeError if a scale given as number is 0 or not finite; its methods throw ShapeError for what does not broadcast.
 *
 * @example
 * import { AffineTransform } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * new AffineTransform(1, 2).forward(tensor([3])).toArray(); // => [7]
 * @category Transforms
 */
export class AffineTransform extends Transform {
  readonly domain: Constraint = real;
  readonly codomain: Constraint = real;
  readonly loc: Tensor | number;
  readonly scale: Tensor | number;

  constructor(loc: Tensor | number, scale: Tensor | number) {
    super();
    if (scale === 0 || (typeof scale === 'number' && !Number.isFinite(scale))) {
      throw new RangeError(`AffineTransform: scale must be finite and not 0, got ${scale}.`);
    }
    this.loc = loc;
    this.scale = scale;
  }

  override equals(other: Transform): boolean {
    return (
      other instanceof AffineTransform &&
      sameNumbers(this.loc, other.loc) &&
      sameNumbers(this.scale, other.scale)
    );
  }
  override get sign(): Tensor | number {
    return typeof this.scale === 'number' ? Math.sign(this.scale) : this.scale.sign();
  }
  protected call(x: Tensor): Tensor {
    return x.mul(this.scale).add(this.loc);
  }
  protected invert(y: Tensor): Tensor {
    return y.sub(this.loc).div(this.scale);
  }
  protected logDet(x: Tensor): Tensor {
    const { scale } = this;
    const zero = x.mul(0);
    return zero.add(typeof scale === 'number' ? Math.log(Math.abs(scale)) : scale.abs().log());
  }
  protected override callShape(shape: Shape): Shape {
    return widened('AffineTransform', shape, this.loc, this.scale);
  }
  protected override invertShape(shape: Shape): Shape {
    return widened('AffineTransform', shape, this.loc, this.scale);
  }
}

/**
 * The exponential function.
 *
 * $$ y = e^x, \quad \log \left| \frac{dy}{dx} \right| = x $$
 *
 * The output has the shape of the input. Same as `torch.distributions.ExpTransform`.
 *
 * @example
 * import { ExpTransform } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * new ExpTransform().inverse(tensor([1])).toArray(); // => [0]
 * @category Transforms
 */
export class ExpTransform extends Transform {
  readonly domain: Constraint = real;
  readonly codomain: Constraint = positive;

  override equals(other: Transform): boolean {
    return other instanceof ExpTransform;
  }
  override get sign(): number {
    return 1;
  }
  protected call(x: Tensor): Tensor {
    return x.exp();
  }
  protected invert(y: Tensor): Tensor {
    return y.log();
  }
  protected logDet(x: Tensor): Tensor {
    return x;
  }
}

/**
 * The logistic function.
 *
 * $$ y = \frac1{1 + e^{-x}}, \quad \log \left| \frac{dy}{dx} \right| = \log y + \log(1 - y) $$
 *
 * The output has the shape of the input. Same as `torch.distributions.SigmoidTransform`, except: values are not moved
 * inwards from 0 and 1.
 *
 * @example
 * import { SigmoidTransform } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * new SigmoidTransform().forward(tensor([0])).toArray(); // => [0.5]
 * @category Transforms
 */
export class SigmoidTransform extends Transform {
  readonly domain: Constraint = real;
  readonly codomain: Constraint = unitInterval;

  override equals(other: Transform): boolean {
    return other instanceof SigmoidTransform;
  }
  override get sign(): number {
    return 1;
  }
  protected call(x: Tensor): Tensor {
    return x.sigmoid();
  }
  protected invert(y: Tensor): Tensor {
    return y.log().sub(y.neg().log1p());
  }
  // log σ(x) + log σ(-x)
  protected logDet(x: Tensor): Tensor {
    return x.neg().softplus().add(x.softplus()).neg();
  }
}

/**
 * The hyperbolic tangent.
 *
 * $$ y = \tanh x, \quad \log \left| \frac{dy}{dx} \right| = \log(1 - \tanh^2 x) $$
 *
 * The output has the shape of the input. Same as `torch.distributions.TanhTransform`; its Jacobian is right however
 * large |x| is.
 *
 * @example
 * import { TanhTransform } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const t = new TanhTransform();
 * const x = tensor([20]);
 * t.logAbsDetJacobian(x, t.forward(x)).toArray(); // => [-38.613705]
 * @category Transforms
 */
export class TanhTransform extends Transform {
  readonly domain: Constraint = real;
  readonly codomain: Constraint = interval(-1, 1);

  override equals(other: Transform): boolean {
    return other instanceof TanhTransform;
  }
  override get sign(): number {
    return 1;
  }
  protected call(x: Tensor): Tensor {
    return x.tanh();
  }
  // ½ log((1 + y) / (1 - y))
  protected invert(y: Tensor): Tensor {
    return y.log1p().sub(y.neg().log1p()).mul(0.5);
  }
  // log(1 - tanh² x) = 2 (log 2 - x - log(1 + e⁻²ˣ))
  protected logDet(x: Tensor): Tensor {
    return x.add(x.mul(-2).softplus()).neg().add(Math.LN2).mul(2);
  }
}

/**
 * A smooth form of max(x, 0).
 *
 * $$ y = \log(1 + e^x), \quad \log \left| \frac{dy}{dx} \right| = -\log(1 + e^{-x}) $$
 *
 * The output has the shape of the input. Same as `torch.distributions.SoftplusTransform`.
 *
 * @example
 * import { SoftplusTransform } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * new SoftplusTransform().forward(tensor([0])).toArray(); // => [0.693147]
 * @category Transforms
 */
export class SoftplusTransform extends Transform {
  readonly domain: Constraint = real;
  readonly codomain: Constraint = positive;

  override equals(other: Transform): boolean {
    return other instanceof SoftplusTransform;
  }
  override get sign(): number {
    return 1;
  }
  protected call(x: Tensor): Tensor {
    return x.softplus();
  }
  // log(eʸ - 1) = y + log(1 - e⁻ʸ)
  protected invert(y: Tensor): Tensor {
    return y.neg().expm1().neg().log().add(y);
  }
  protected logDet(x: Tensor): Tensor {
    return x.neg().softplus().neg();
  }
}

/**
 * A power of positive x.
 *
 * $$ y = x^p, \quad \log \left| \frac{dy}{dx} \right| = \log |p \, x^{p - 1}| $$
 *
 * Same as `torch.distributions.PowerTransform`.
 *
 * @throws RangeError if the exponent is the number 0; its methods throw ShapeError for what does not broadcast.
 *
 * @example
 * import { PowerTransform } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * new PowerTransform(2).inverse(tensor([9])).toArray(); // => [3]
 * @category Transforms
 */
export class PowerTransform extends Transform {
  readonly domain: Constraint = positive;
  readonly codomain: Constraint = positive;
  readonly exponent: Tensor | number;

  constructor(exponent: Tensor | number) {
    super();
    if (exponent === 0) throw new RangeError('PowerTransform: exponent must not be 0, got 0.');
    this.exponent = exponent;
  }

  override equals(other: Transform): boolean {
    return other instanceof PowerTransform && sameNumbers(this.exponent, other.exponent);
  }
  override get sign(): Tensor | number {
    const { exponent } = this;
    return typeof exponent === 'number' ? Math.sign(exponent) : exponent.sign();
  }
  protected call(x: Tensor): Tensor {
    return x.pow(this.exponent);
  }
  protected invert(y: Tensor): Tensor {
    const { exponent } = this;
    return y.pow(typeof exponent === 'number' ? 1 / exponent : exponent.reciprocal());
  }
  // log |p xᵖ⁻¹|
  protected logDet(x: Tensor, y: Tensor): Tensor {
    return y.mul(this.exponent).div(x).abs().log();
  }
  protected override callShape(shape: Shape): Shape {
    return widened('PowerTransform', shape, this.exponent);
  }
  protected override invertShape(shape: Shape): Shape {
    return widened('PowerTransform', shape, this.exponent);
  }
}

/**
 * The absolute value, which is not bijective: `inverse` gives y, and there is no density of what it gives.
 *
 * $$ y = |x| $$
 *
 * The output has the shape of the input. Same as `torch.distributions.AbsTransform`.
 *
 * @throws TypeError where it is asked for `logAbsDetJacobian` or `sign`.
 *
 * @example
 * import { AbsTransform } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * new AbsTransform().forward(tensor([-2])).toArray(); // => [2]
 * @category Transforms
 */
export class AbsTransform extends Transform {
  readonly domain: Constraint = real;
  readonly codomain: Constraint = nonnegative;

  override equals(other: Transform): boolean {
    return other instanceof AbsTransform;
  }
  override get bijective(): boolean {
    return false;
  }
  protected call(x: Tensor): Tensor {
    return x.abs();
  }
  protected invert(y: Tensor): Tensor {
    return y;
  }
  protected logDet(): Tensor {
    throw new TypeError(
      'AbsTransform: it is not bijective, so there is no density of what it gives.',
    );
  }
}

/** The shape of values beside parameters. */
function widened(owner: string, shape: Shape, ...parameters: (Tensor | number)[]): Shape {
  return commonShape(owner, [
    shape,
    ...parameters.map((x) => (typeof x === 'number' ? [] : x.shape)),
  ]);
}
