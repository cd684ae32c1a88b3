/** Transforms to vectors of probabilities. */
import { arange, concat, type Shape, type Tensor } from '@kasane/tensor-core';
import type { Constraint } from '../constraint.ts';
import { realVector, simplex } from '../constraints.ts';
import { Transform } from './transform.ts';

/**
 * Softmax along the last dim, which is not bijective: `inverse` gives log y.
 *
 * $$ y_i = \frac{e^{x_i}}{\sum_j e^{x_j}} $$
 *
 * (..., n) becomes (..., n). Same as `torch.distributions.SoftmaxTransform`.
 *
 * @throws {@link ShapeError} for a scalar; `logAbsDetJacobian` and `sign` throw TypeError.
 *
 * @example
 * import { SoftmaxTransform } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * new SoftmaxTransform().forward(tensor([0, 0])).toArray(); // => [0.5,0.5]
 * @category Transforms
 */
export class SoftmaxTransform extends Transform {
  readonly domain: Constraint = realVector;
  readonly codomain: Constraint = simplex;

  override equals(other: Transform): boolean {
    return other instanceof SoftmaxTransform;
  }
  override get bijective(): boolean {
    return false;
  }
  protected call(x: Tensor): Tensor {
    return x.softmax(-1);
  }
  protected invert(y: Tensor): Tensor {
    return y.log();
  }
  protected logDet(): Tensor {
    throw new TypeError(
      'SoftmaxTransform: it is not bijective, so there is no density of what it gives. Use StickBreakingTransform.',
    );
  }
}

/**
 * n - 1 numbers to n probabilities: each breaks its share off what is left of a stick. Zeros give equal shares.
 *
 * $$ y_i = z_i \prod_{j < i} (1 - z_j), \quad z_i = \sigma(x_i - \log(n - i)), \quad i = 1, \dots, n - 1 $$
 *
 * (..., n - 1) becomes (..., n). Same as `torch.distributions.StickBreakingTransform`.
 *
 * @throws {@link ShapeError} for a scalar; `sign` throws TypeError.
 *
 * @example
 * import { StickBreakingTransform } from '@kasane/distributions';
 * import { zeros } from '@kasane/tensor-core';
 * new StickBreakingTransform().forward(zeros([3])).toArray(); // => [0.25,0.25,0.25,0.25]
 * @category Transforms
 */
export class StickBreakingTransform extends Transform {
  readonly domain: Constraint = realVector;
  readonly codomain: Constraint = simplex;

  override equals(other: Transform): boolean {
    return other instanceof StickBreakingTransform;
  }
  protected call(x: Tensor): Tensor {
    const shifted = this.#shifted(x);
    // Logarithms of the pieces that are left before each break: running sums of log(1 - z).
    const logLeft = shifted.softplus().neg().cumsum(-1);
    const z = shifted.sigmoid();
    const n = x.shape.at(-1)!;
    const left = logLeft.exp();
    const before = n === 0 ? left : concat([x.newFull([...x.shape.slice(0, -1), 1], 1), left], -1);
    return concat([z.mul(before.slice(-1, 0, n)), before.slice(-1, n)], -1);
  }

  protected invert(y: Tensor): Tensor {
    const n = y.shape.at(-1)! - 1;
    const first = y.slice(-1, 0, n);
    // What is left after each break: the sum of the later shares.
    const after = y.flip(-1).cumsum(-1).flip(-1).slice(-1, 1);
    return first.log().sub(after.log()).add(this.#offsets(n, y));
  }

  // Σ log z + log(1 - z) + log(what is left before)
  protected logDet(x: Tensor): Tensor {
    const shifted = this.#shifted(x);
    const log = shifted.softplus().neg(); // log(1 - z)
    const before = log.cumsum(-1).sub(log);
    return shifted.add(log.mul(2)).add(before).sum(-1);
  }

  protected override callShape(shape: Shape): Shape {
    return [...shape.slice(0, -1), shape.at(-1)! + 1];
  }
  protected override invertShape(shape: Shape): Shape {
    return [...shape.slice(0, -1), shape.at(-1)! - 1];
  }

  #shifted(x: Tensor): Tensor {
    return x.sub(this.#offsets(x.shape.at(-1)!, x));
  }

  /** log(n), log(n - 1), …, log 1 */
  #offsets(n: number, { dtype, backend }: Tensor): Tensor {
    return arange(n, 0, -1, { dtype, backend }).log();
  }
}
