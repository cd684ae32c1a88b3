import { requireWhole, type Shape, type Tensor } from '@kasane/tensor-core';
import { sumLast } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { independent } from './constraints.ts';
import { Distribution, requireDistribution, type SampleOptions } from './distribution.ts';

/**
 * A distribution whose last batch dims count as dims of the event: the elements are drawn independently, and `logProb`
 * is their sum.
 *
 * $$ \log p(x) = \sum_i \log p_i(x_i) $$
 *
 * Same as `torch.distributions.Independent`.
 *
 * @throws RangeError if there are fewer batch dims than `reinterpretedBatchNdims`.
 *
 * @example
 * import { Independent, Normal } from '@kasane/distributions';
 * import { zeros } from '@kasane/tensor-core';
 * const p = new Independent(new Normal(zeros([2, 3]), 1), 1);
 * [p.batchShape, p.eventShape]; // => [[2],[3]]
 * p.logProb(zeros([2, 3])).toArray(); // => [-2.756815,-2.756815]
 * @category Base
 */
export class Independent<D extends Distribution = Distribution> extends Distribution {
  /** The distribution of the elements. */
  readonly baseDist: D;
  /** How many of its last batch dims belong to the event. */
  readonly reinterpretedBatchNdims: number;

  constructor(baseDist: D, reinterpretedBatchNdims: number) {
    requireDistribution('Independent', 'baseDist', baseDist);
    const { batchShape, eventShape } = baseDist;
    const ndims = reinterpretedBatchNdims;
    requireWhole('Independent', 'reinterpretedBatchNdims', ndims, 0, batchShape.length);
    const kept = batchShape.length - ndims;
    super('Independent', baseDist.like, batchShape.slice(0, kept), [
      ...batchShape.slice(kept),
      ...eventShape,
    ]);
    this.baseDist = baseDist;
    this.reinterpretedBatchNdims = ndims;
  }

  override get hasRsample(): boolean {
    return this.baseDist.hasRsample;
  }
  override get hasEnumerateSupport(): boolean {
    return this.reinterpretedBatchNdims === 0 && this.baseDist.hasEnumerateSupport;
  }
  // The values of several together are too many.
  protected override values(): Tensor {
    if (!this.hasEnumerateSupport) return super.values();
    const all = this.baseDist.enumerateSupport({ expand: false });
    return all.reshape([all.shape[0]!, ...this.eventShape]);
  }
  get support(): Constraint {
    return independent(this.baseDist.support, this.reinterpretedBatchNdims);
  }
  get mean(): Tensor {
    return this.baseDist.mean;
  }
  override get mode(): Tensor {
    return this.baseDist.mode;
  }
  get variance(): Tensor {
    return this.baseDist.variance;
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const { baseDist } = this;
    return baseDist.hasRsample
      ? baseDist.rsample(sampleShape, options)
      : baseDist.sample(sampleShape, options);
  }

  logProb(value: Tensor | number): Tensor {
    return sumLast(this.baseDist.logProb(value), this.reinterpretedBatchNdims);
  }

  override entropy(): Tensor {
    return sumLast(this.baseDist.entropy(), this.reinterpretedBatchNdims);
  }

  expand(batchShape: Shape): Independent {
    this.requireExpandable(batchShape);
    const inner = this.eventShape.slice(0, this.reinterpretedBatchNdims);
    const base = this.baseDist.expand([...batchShape, ...inner]);
    return new Independent(base, this.reinterpretedBatchNdims);
  }
}
