import { optionsOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { positive, real } from './constraints.ts';
import { numericParameters, type DistributionOptions, type Parameter } from './parameters.ts';
import { Normal } from './normal.ts';
import { TransformedDistribution } from './transformed-distribution.ts';
import { ExpTransform } from './transforms/elementwise.ts';
import { expandTo } from './broadcast.ts';

/**
 * What has a normal distribution after the logarithm is taken.
 *
 * $$ \log p(x) = \log \mathcal N(\log x; \mu, \sigma) - \log x, \quad \mathrm{E}[x] = e^{\mu + \sigma^2 / 2} $$
 *
 * Same as `torch.distributions.LogNormal`.
 *
 * @throws RangeError unless scale > 0.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { LogNormal } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new LogNormal(0, 1);
 * p.logProb(tensor([1, -1])).toArray(); // => [-0.918939,-Infinity]
 * p.mean.item().toFixed(4); // => 1.6487
 * @category Continuous
 */
export class LogNormal extends TransformedDistribution<Normal> {
  override readonly name = 'LogNormal';
  /** The mean of the logarithm. */
  readonly loc: Tensor;
  /** The standard deviation of the logarithm. */
  readonly scale: Tensor;

  constructor(loc: Parameter, scale: Parameter, options?: DistributionOptions) {
    const { validateArgs = true } = optionsOf('LogNormal', options, ['validateArgs']);
    const given = numericParameters(
      'LogNormal',
      { loc: [loc, real], scale: [scale, positive] },
      validateArgs,
    );
    const normal = new Normal(given.loc, given.scale, { validateArgs: false });
    super(normal, new ExpTransform());
    this.loc = normal.loc;
    this.scale = normal.scale;
  }

  override get mean(): Tensor {
    return this.scale.square().mul(0.5).add(this.loc).exp();
  }
  override get mode(): Tensor {
    return this.loc.sub(this.scale.square()).exp();
  }
  override get variance(): Tensor {
    const square = this.scale.square();
    return square.expm1().mul(this.loc.mul(2).add(square).exp());
  }

  override entropy(): Tensor {
    return this.baseDist.entropy().add(this.loc);
  }

  override expand(batchShape: Shape): LogNormal {
    this.requireExpandable(batchShape);
    const [loc, scale] = [this.loc, this.scale].map((x) => expandTo(x, batchShape));
    return new LogNormal(loc!, scale!, { validateArgs: false });
  }
}
