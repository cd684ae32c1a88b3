import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { positive, real } from './constraints.ts';
import { Distribution } from './distribution.ts';
import { numericParameters, type DistributionOptions, type Parameter } from './parameters.ts';

/** Distributions of all numbers that have a place and a width, and are likeliest at the place. */
export abstract class LocationScale extends Distribution {
  /** The place where it is likeliest. */
  readonly loc: Tensor;
  /** The width. */
  readonly scale: Tensor;

  constructor(name: string, loc: Parameter, scale: Parameter, options?: DistributionOptions) {
    const { validateArgs = true } = optionsOf(name, options, ['validateArgs']);
    const constraints = { loc: [loc, real], scale: [scale, positive] } as const;
    const given = numericParameters(name, constraints, validateArgs);
    super(name, given.loc);
    this.loc = given.loc;
    this.scale = given.scale;
  }

  override get hasRsample(): boolean {
    return true;
  }
  get support(): Constraint {
    return real;
  }
  get mean(): Tensor {
    return this.loc;
  }
  override get mode(): Tensor {
    return this.loc;
  }

  expand(batchShape: Shape): this {
    this.requireExpandable(batchShape);
    const [loc, scale] = [this.loc, this.scale].map((x) => expandTo(x, batchShape));
    // Each class of this kind takes the two and options.
    const type = this.constructor as new (...args: unknown[]) => this;
    return new type(loc, scale, { validateArgs: false });
  }

  /** A value in units of the scale, from the place on. */
  protected standard(value: Tensor | number): Tensor {
    return this.asValue(value).sub(this.loc).div(this.scale);
  }
}
