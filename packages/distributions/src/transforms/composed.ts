/** Transforms made of others. */
import { requireWhole, shown, type Shape, type Tensor } from '@kasane/tensor-core';
import { sumLast } from '../broadcast.ts';
import type { Constraint } from '../constraint.ts';
import { independent, real } from '../constraints.ts';
import { raised, Transform } from './transform.ts';

/**
 * Transforms one after the other.
 *
 * $$ y = f_n(\cdots f_2(f_1(x))), \quad \log \left| \det \frac{dy}{dx} \right| = \sum_i \log \left| \det \frac{dx_i}{dx_{i-1}} \right| $$
 *
 * Same as `torch.distributions.ComposeTransform`. Throws what its parts throw.
 *
 * @example
 * import { AffineTransform, ComposeTransform, ExpTransform } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const t = new ComposeTransform([new AffineTransform(0, 2), new ExpTransform()]);
 * const x = tensor([1]);
 * t.logAbsDetJacobian(x, t.forward(x)).item().toFixed(4); // => 2.6931
 * @category Transforms
 */
export class ComposeTransform extends Transform {
  readonly parts: readonly Transform[];
  readonly domain: Constraint;
  readonly codomain: Constraint;

  constructor(parts: readonly Transform[]) {
    super();
    requireTransforms('ComposeTransform', 'parts', parts);
    this.parts = parts;
    // As many dims make one value as the part that takes most needs, seen from each end.
    let into = parts.at(-1)?.codomain.eventDim ?? 0;
    for (const { domain, codomain } of parts.toReversed()) {
      into = Math.max(into + domain.eventDim - codomain.eventDim, domain.eventDim);
    }
    let out = parts[0]?.domain.eventDim ?? 0;
    for (const { domain, codomain } of parts) {
      out = Math.max(out + codomain.eventDim - domain.eventDim, codomain.eventDim);
    }
    this.domain = raised(parts[0]?.domain ?? real, into);
    this.codomain = raised(parts.at(-1)?.codomain ?? real, out);
  }

  override equals(other: Transform): boolean {
    return other instanceof ComposeTransform && sameTransforms(this.parts, other.parts);
  }
  override get bijective(): boolean {
    return this.parts.every((part) => part.bijective);
  }
  override get sign(): Tensor | number {
    return this.parts.reduce<Tensor | number>((sign, part) => {
      const next = part.sign;
      if (typeof sign !== 'number') return sign.mul(next);
      return typeof next === 'number' ? sign * next : next.mul(sign);
    }, 1);
  }
  protected call(x: Tensor): Tensor {
    return this.parts.reduce((value, part) => part.forward(value), x);
  }
  protected invert(y: Tensor): Tensor {
    return this.parts.reduceRight((value, part) => part.inverse(value), y);
  }
  protected logDet(x: Tensor, y: Tensor): Tensor {
    let total: Tensor | null = null;
    let { eventDim } = this.domain;
    let value = x;
    this.parts.forEach((part, i) => {
      const { domain, codomain } = part;
      const next = i === this.parts.length - 1 ? y : part.forward(value);
      const one = sumLast(part.logAbsDetJacobian(value, next), eventDim - domain.eventDim);
      total = total === null ? one : total.add(one);
      eventDim += codomain.eventDim - domain.eventDim;
      value = next;
    });
    return total ?? x.mul(0);
  }
  protected override callShape(shape: Shape): Shape {
    return this.parts.reduce((at, part) => part.forwardShape(at), shape);
  }
  protected override invertShape(shape: Shape): Shape {
    return this.parts.reduceRight((at, part) => part.inverseShape(at), shape);
  }
}

/**
 * A transform of which the last `reinterpretedBatchNdims` dims count as one value, so that their Jacobians are added
 * up.
 *
 * $$ \log \left| \det \frac{dy}{dx} \right| = \sum_i \log \left| \frac{dy_i}{dx_i} \right| $$
 *
 * Same as `torch.distributions.IndependentTransform`.
 *
 * @throws RangeError unless reinterpretedBatchNdims is a whole number; its methods throw ShapeError for too few dims, and what
 * the transform throws.
 *
 * @example
 * import { ExpTransform, IndependentTransform } from '@kasane/distributions';
 * import { ones } from '@kasane/tensor-core';
 * const x = ones([2, 3]);
 * const t = new IndependentTransform(new ExpTransform(), 1);
 * t.logAbsDetJacobian(x, t.forward(x)).toArray(); // => [3,3]
 * @category Transforms
 */
export class IndependentTransform extends Transform {
  readonly baseTransform: Transform;
  readonly reinterpretedBatchNdims: number;

  constructor(baseTransform: Transform, reinterpretedBatchNdims: number) {
    super();
    requireTransforms('IndependentTransform', 'baseTransform', [baseTransform]);
    requireWhole('IndependentTransform', 'reinterpretedBatchNdims', reinterpretedBatchNdims);
    this.baseTransform = baseTransform;
    this.reinterpretedBatchNdims = reinterpretedBatchNdims;
  }

  get domain(): Constraint {
    return independent(this.baseTransform.domain, this.reinterpretedBatchNdims);
  }
  get codomain(): Constraint {
    return independent(this.baseTransform.codomain, this.reinterpretedBatchNdims);
  }
  override equals(other: Transform): boolean {
    return (
      other instanceof IndependentTransform &&
      this.reinterpretedBatchNdims === other.reinterpretedBatchNdims &&
      this.baseTransform.equals(other.baseTransform)
    );
  }
  override get bijective(): boolean {
    return this.baseTransform.bijective;
  }
  override get sign(): Tensor | number {
    return this.baseTransform.sign;
  }
  protected call(x: Tensor): Tensor {
    return this.baseTransform.forward(x);
  }
  protected invert(y: Tensor): Tensor {
    return this.baseTransform.inverse(y);
  }
  protected logDet(x: Tensor, y: Tensor): Tensor {
    return sumLast(this.baseTransform.logAbsDetJacobian(x, y), this.reinterpretedBatchNdims);
  }
  protected override callShape(shape: Shape): Shape {
    return this.baseTransform.forwardShape(shape);
  }
  protected override invertShape(shape: Shape): Shape {
    return this.baseTransform.inverseShape(shape);
  }
}

/** Whether two lists are of equal transforms. */
export function sameTransforms(a: readonly Transform[], b: readonly Transform[]): boolean {
  return a.length === b.length && a.every((one, i) => one.equals(b[i]!));
}

/** Throws TypeError unless it is a list of transforms. */
export function requireTransforms(
  owner: string,
  name: string,
  given: unknown,
): asserts given is readonly Transform[] {
  if (Array.isArray(given) && given.every((one) => one instanceof Transform)) return;
  throw new TypeError(
    `${owner}: ${name} must be transforms such as new ExpTransform(), got ${shown(given)}.`,
  );
}
