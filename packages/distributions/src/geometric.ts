import type { Shape, Tensor } from '@kasane/tensor-core';
import { expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { nonnegativeInteger, real } from './constraints.ts';
import { noCount, positiveUnit } from './parameter-constraints.ts';
import type { SampleOptions } from './distribution.ts';
import { Trials } from './trials.ts';
import { givenProbs, type ProbsOptions } from './logits.ts';
import { drawn, geometricDraw } from './ops/draws.ts';
import { xlog1py, zeroTimes } from './ops/special.ts';

/**
 * How many trials fail before the first success of probability `probs`: 0, 1, 2, …
 *
 * $$ \log p(k) = k \log(1 - p) + \log p, \quad \mathrm{E}[k] = 1 / p - 1 $$
 *
 * Same as `torch.distributions.Geometric`; it has a `cdf` too.
 *
 * @throws TypeError unless one of probs and logits is given.
 * @throws RangeError unless 0 < probs ≤ 1.
 *
 * @example
 * import { Geometric } from '@kasane/distributions';
 * const p = new Geometric({ probs: 0.25 });
 * p.mean.item(); // => 3
 * p.logProb(2).item().toFixed(4); // => -1.9617
 * @category Discrete
 */
export class Geometric extends Trials {
  constructor(options: ProbsOptions) {
    const { tensor, isProbs } = givenProbs('Geometric', options, {
      probs: positiveUnit,
      logits: real,
    });
    super('Geometric', tensor, isProbs);
  }

  get support(): Constraint {
    return nonnegativeInteger;
  }
  get mean(): Tensor {
    return this.probs.reciprocal().sub(1);
  }
  override get mode(): Tensor {
    return this.given.mul(0);
  }
  get variance(): Tensor {
    const p = this.probs;
    return p.reciprocal().sub(1).div(p);
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    return drawn(geometricDraw, [this.probs], sampleShape, options);
  }

  logProb(value: Tensor | number): Tensor {
    const k = this.asValue(value);
    const outside = noCount(k);
    const failures = outside.where(0, k);
    const g = this.given;
    const inside = this.isProbs
      ? xlog1py(failures, g.neg()).add(g.log())
      : zeroTimes(failures, g.softplus()).add(g.neg().softplus()).neg();
    return outside.where(-Infinity, inside);
  }

  // 1 - (1 - p)ᵏ⁺¹
  override cdf(value: Tensor | number): Tensor {
    const trials = this.asValue(value).floor().add(1).clamp(0);
    return xlog1py(trials, this.probs.neg()).expm1().neg();
  }

  // The entropy of one trial times the mean number of them.
  override entropy(): Tensor {
    const p = this.probs;
    const q = p.neg().add(1);
    return xlog1py(q, p.neg()).div(p).add(p.log()).neg();
  }

  expand(batchShape: Shape): Geometric {
    this.requireExpandable(batchShape);
    const wide = expandTo(this.given, batchShape);
    return new Geometric({ [this.isProbs ? 'probs' : 'logits']: wide, validateArgs: false });
  }
}
