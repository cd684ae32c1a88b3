import { sameShape, type Shape, type Tensor } from '@kasane/tensor-core';
import type { Constraint } from '../constraint.ts';
import { independent } from '../constraints.ts';

/**
 * A differentiable map between values whose density it changes by the determinant of its Jacobian.
 *
 * Same as `torch.distributions.transforms.Transform`, except: `forward` and `inverse` are methods, and what a
 * TransformedDistribution has drawn finds its way back without being inverted.
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

  /** y of x. */
  abstract forward(x: Tensor): Tensor;
  /** x of y. */
  abstract inverse(y: Tensor): Tensor;
  /** log |det dy/dx|, without the last dims that one value takes. */
  abstract logAbsDetJacobian(x: Tensor, y: Tensor): Tensor;

  /** Whether every y comes from a single x. */
  get bijective(): boolean {
    return true;
  }

  /** 1 where it grows, -1 where it falls, tensor or number; throws where it does neither. */
  get sign(): Tensor | number {
    throw new Error(
      `${this.constructor.name}: it is not monotone, so there is no cdf of what it gives.`,
    );
  }

  /** The shape of y. */
  forwardShape(shape: Shape): Shape {
    return shape;
  }

  /** The shape of x. */
  inverseShape(shape: Shape): Shape {
    return shape;
  }

  /** Whether another transform is known to do the same: of the same class, with the same numbers. */
  equals(other: Transform): boolean {
    return this === other;
  }

  /** The map back. */
  get inv(): Transform {
    return new InverseTransform(this);
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
  forward(x: Tensor): Tensor {
    return this.#of.inverse(x);
  }
  inverse(y: Tensor): Tensor {
    return this.#of.forward(y);
  }
  logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return this.#of.logAbsDetJacobian(y, x).neg();
  }
  override forwardShape(shape: Shape): Shape {
    return this.#of.inverseShape(shape);
  }
  override inverseShape(shape: Shape): Shape {
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
