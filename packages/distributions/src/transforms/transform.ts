import {
  formatShape,
  requireTensor,
  sameShape,
  ShapeError,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { requireSizes } from '../broadcast.ts';
import type { Constraint } from '../constraint.ts';
import { independent } from '../constraints.ts';

/**
 * A differentiable map between values whose density it changes by the determinant of its Jacobian.
 *
 * $$ y = f(x), \quad \log p(y) = \log p(x) - \log \left| \det \frac{dy}{dx} \right| $$
 *
 * Same as `torch.distributions.transforms.Transform`, except: `forward` and `inverse` are methods, and what a
 * TransformedDistribution has drawn finds its way back without being inverted. One of your own has `domain`, `codomain`, and
 * the protected methods `call`, `invert` and `logDet`, which are given values that have been checked.
 *
 * @throws {@link ShapeError} for values of too few dims.
 * @throws TypeError for the `sign` of what is not monotone.
 *
 * @example
 * import { ExpTransform } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const t = new ExpTransform();
 * const x = tensor([0, 1]);
 * const y = t.forward(x);
 * y.toArray(); // => [1,2.718282]
 * t.logAbsDetJacobian(x, y).toArray(); // => [0,1]
 * t.inv.forward(y).toArray(); // => [0,1]
 * @category Transforms
 */
export abstract class Transform {
  /** What goes in. */
  abstract readonly domain: Constraint;
  /** What comes out. */
  abstract readonly codomain: Constraint;

  /** What `forward` gives. */
  protected abstract call(x: Tensor): Tensor;
  /** What `inverse` gives. */
  protected abstract invert(y: Tensor): Tensor;
  /** What `logAbsDetJacobian` gives. */
  protected abstract logDet(x: Tensor, y: Tensor): Tensor;
  /** What `forwardShape` gives. Default: the same shape. */
  protected callShape(shape: Shape): Shape {
    return shape;
  }
  /** What `inverseShape` gives. Default: the same shape. */
  protected invertShape(shape: Shape): Shape {
    return shape;
  }

  /** y of x. */
  forward(x: Tensor): Tensor {
    this.#requireValue('forward', 'x', x, this.domain);
    return this.call(x);
  }

  /** x of y. */
  inverse(y: Tensor): Tensor {
    this.#requireValue('inverse', 'y', y, this.codomain);
    return this.invert(y);
  }

  /** log |det dy/dx|, without the last dims that one value takes. */
  logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    this.#requireValue('logAbsDetJacobian', 'x', x, this.domain);
    this.#requireValue('logAbsDetJacobian', 'y', y, this.codomain);
    return this.logDet(x, y);
  }

  /** The shape of y. */
  forwardShape(shape: Shape): Shape {
    this.#requireShape('forwardShape', shape, this.domain);
    return this.callShape(shape);
  }

  /** The shape of x. */
  inverseShape(shape: Shape): Shape {
    this.#requireShape('inverseShape', shape, this.codomain);
    return this.invertShape(shape);
  }

  /** Whether every y comes from a single x. */
  get bijective(): boolean {
    return true;
  }

  /** 1 where it grows, -1 where it falls, tensor or number; throws where it does neither. */
  get sign(): Tensor | number {
    throw new TypeError(
      `${this.constructor.name}: it is not monotone, so there is no cdf of what it gives.`,
    );
  }

  /** Whether another transform is known to do the same: of the same class, with the same numbers. */
  equals(other: Transform): boolean {
    return this === other;
  }

  /** The map back. */
  get inv(): Transform {
    return new InverseTransform(this);
  }

  #requireValue(method: string, name: string, value: Tensor, { eventDim }: Constraint): void {
    const owner = `${this.constructor.name}.${method}`;
    requireTensor(owner, name, value);
    if (value.ndim >= eventDim) return;
    throw new ShapeError(
      `${owner}: ${name} must have at least ${eventDim} dimensions, got shape ${formatShape(value.shape)}.`,
    );
  }

  #requireShape(method: string, shape: Shape, { eventDim }: Constraint): void {
    const owner = `${this.constructor.name}.${method}`;
    requireSizes(owner, 'shape', shape);
    if (shape.length >= eventDim) return;
    throw new ShapeError(
      `${owner}: shape must have at least ${eventDim} dimensions, got ${formatShape(shape)}.`,
    );
  }
}

class InverseTransform extends Transform {
  readonly #of: Transform;

  constructor(of: Transform) {
    super();
    this.#of = of;
  }

  override equals(other: Transform): boolean {
    return other instanceof InverseTransform && this.#of.equals(other.#of);
  }
  get domain(): Constraint {
    return this.#of.codomain;
  }
  get codomain(): Constraint {
    return this.#of.domain;
  }
  override get bijective(): boolean {
    return this.#of.bijective;
  }
  override get sign(): Tensor | number {
    return this.#of.sign;
  }
  override get inv(): Transform {
    return this.#of;
  }
  protected call(x: Tensor): Tensor {
    return this.#of.inverse(x);
  }
  protected invert(y: Tensor): Tensor {
    return this.#of.forward(y);
  }
  protected logDet(x: Tensor, y: Tensor): Tensor {
    return this.#of.logAbsDetJacobian(y, x).neg();
  }
  protected override callShape(shape: Shape): Shape {
    return this.#of.inverseShape(shape);
  }
  protected override invertShape(shape: Shape): Shape {
    return this.#of.forwardShape(shape);
  }
}

/** A constraint read along so many more dims that it takes `eventDim` in all. */
export function raised(constraint: Constraint, eventDim: number): Constraint {
  return independent(constraint, eventDim - constraint.eventDim);
}

/** Whether two parameters of transforms are one, or have the same numbers. */
export function sameNumbers(a: Tensor | number, b: Tensor | number): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return a === b || (sameShape(a.shape, b.shape) && a.equal(b).all().item() !== 0);
}
