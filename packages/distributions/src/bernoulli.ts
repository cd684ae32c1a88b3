import { arange, type Shape, type Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { boolean } from './constraints.ts';
import type { SampleOptions } from './distribution.ts';
import { Trials } from './trials.ts';
import { givenProbs, type ProbsOptions } from './logits.ts';
import { uniformNoise } from './noise.ts';
import { xlog1py, xlogy, zeroTimes } from './ops/special.ts';

/**
 * 1 with probability `probs`, else 0. `logits` are log(p / (1 - p)).
 *
 * $$ \log p(k) = k \log p + (1 - k) \log(1 - p), \quad \mathrm{E}[k] = p $$
 *
 * Same as `torch.distributions.Bernoulli`, except: probabilities of 0 and 1 have log probabilities of -Infinity and 0, where
 * PyTorch moves them inwards.
 *
 * @throws TypeError unless one of probs and logits is given.
 * @throws RangeError unless probabilities are from 0 to 1.
 *
 * @example
 * import { Bernoulli } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new Bernoulli({ probs: tensor([0.25, 1]) });
 * p.logProb(tensor([1, 1])).toArray(); // => [-1.386294,0]
 * p.logProb(0).toArray(); // => [-0.287682,-Infinity]
 * @category Discrete
 */
export class Bernoulli extends Trials {
  constructor(options: ProbsOptions) {
    const { tensor, isProbs } = givenProbs('Bernoulli', options);
    super('Bernoulli', tensor, isProbs);
  }

  override get hasEnumerateSupport(): boolean {
    return true;
  }
  protected override values(): Tensor {
    const { dtype, backend } = this.like;
    return arange(2, { dtype, backend });
  }
  get support(): Constraint {
    return boolean;
  }
  get mean(): Tensor {
    return this.probs;
  }
  override get mode(): Tensor {
    const p = this.probs;
    // NaN where both are as likely, as in PyTorch.
    return p.equal(0.5).where(Number.NaN, p.greater(0.5).cast(p.dtype));
  }
  get variance(): Tensor {
    const p = this.probs;
    return p.mul(p.neg().add(1));
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const p = this.probs;
    return uniformNoise(this.shapeOf(sampleShape), p, options).less(p).cast(p.dtype);
  }

  logProb(value: Tensor | number): Tensor {
    const x = this.asValue(value);
    const outside = x.notEqual(0).logicalAnd(x.notEqual(1)).logicalAnd(x.equal(x));
    const v = outside.where(0, x);
    if (this.isProbs) {
      const p = this.given;
      const inside = xlogy(v, p).add(xlog1py(v.neg().add(1), p.neg()));
      return outside.where(-Infinity, inside);
    }
    const l = this.given;
    const one = v.equal(1).where(l.neg().softplus(), l.softplus()).neg();
    return outside.where(-Infinity, x.isNaN().where(Number.NaN, one));
  }

  override entropy(): Tensor {
    if (this.isProbs) {
      const p = this.given;
      const q = p.neg().add(1);
      return xlogy(p, p).add(xlog1py(q, p.neg())).neg();
    }
    const l = this.given;
    const [p, q] = [l.sigmoid(), l.neg().sigmoid()];
    return zeroTimes(p, l.neg().softplus()).add(zeroTimes(q, l.softplus()));
  }

  expand(batchShape: Shape): Bernoulli {
    this.requireExpandable(batchShape);
    const wide = expandTo(this.given, batchShape);
    return new Bernoulli({ [this.isProbs ? 'probs' : 'logits']: wide, validateArgs: false });
  }
}
