import { arange, type Shape, type Tensor } from '@kasane/tensor-core';
import { broadcastAll, expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { nonnegativeInteger } from './constraints.ts';
import { countUpTo, noCount } from './parameter-constraints.ts';
import type { SampleOptions } from './distribution.ts';
import { Trials } from './trials.ts';
import { givenProbs, type ProbsOptions } from './logits.ts';
import { binomialDraw, drawn } from './ops/draws.ts';
import { betaLogDensity, incompleteBeta, logBeta, zeroTimes } from './ops/special.ts';
import { asTensors, checkValues, type Parameter } from './parameters.ts';

/**
 * How many of `totalCount` trials succeed, each with probability `probs`.
 *
 * $$ \log p(k) = \log \tbinom nk + k \log p + (n - k) \log(1 - p), \quad \mathrm{E}[k] = n p $$
 *
 * Same as `torch.distributions.Binomial`, except: there is a `cdf`; `entropy` takes batches of different counts (it sums over
 * all values, and reads the largest count, which a compiled function cannot).
 *
 * @throws TypeError unless one of probs and logits is given.
 * @throws RangeError unless totalCount is a whole number of at least 0 and probabilities are from 0 to 1.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { Binomial } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new Binomial(4, { probs: 0.5 });
 * p.logProb(tensor([2, 5])).exp().toArray(); // => [0.375,0]
 * p.cdf(1).item().toFixed(4); // => 0.3125
 * @category Discrete
 */
export class Binomial extends Trials {
  /** The number of trials. */
  readonly totalCount: Tensor;
  constructor(totalCount: Parameter, options: ProbsOptions) {
    const { tensor, isProbs, validateArgs } = givenProbs('Binomial', options);
    const both = asTensors('Binomial', { totalCount, tensor }) as [Tensor, Tensor]; // as many
    if (validateArgs) checkValues('Binomial', 'totalCount', both[0], nonnegativeInteger);
    const [count, given] = broadcastAll('Binomial', both) as [Tensor, Tensor];
    super('Binomial', given, isProbs);
    this.totalCount = count;
  }

  override get hasEnumerateSupport(): boolean {
    return true;
  }
  protected override values(): Tensor {
    const counts = this.totalCount.dataSync();
    const most = counts[0] ?? 0;
    if (counts.some((n) => n !== most)) {
      throw new TypeError(
        `Binomial: enumerateSupport needs one count for all of the batch, got ${most} and others.`,
      );
    }
    const { dtype, backend } = this.like;
    return arange(most + 1, { dtype, backend });
  }
  get support(): Constraint {
    return countUpTo(this.totalCount);
  }
  get mean(): Tensor {
    return this.totalCount.mul(this.probs);
  }
  override get mode(): Tensor {
    return this.totalCount.add(1).mul(this.probs).floor().minimum(this.totalCount);
  }
  get variance(): Tensor {
    const p = this.probs;
    return this.totalCount.mul(p).mul(p.neg().add(1));
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    return drawn(binomialDraw, [this.totalCount, this.probs], sampleShape, options);
  }

  logProb(value: Tensor | number): Tensor {
    const n = this.totalCount;
    const k = this.asValue(value);
    const outside = noCount(k).logicalOr(k.greater(n));
    const successes = outside.where(0, k);
    const [a, b] = [successes.add(1), n.sub(successes).add(1)];
    const g = this.given;
    // As a function of p it is the density of Beta(k + 1, n - k + 1), divided by n + 1.
    const chosen = this.isProbs
      ? betaLogDensity(a, b, g)
      : zeroTimes(successes, this.outcomes.logs[0])
          .add(zeroTimes(n.sub(successes), this.outcomes.logs[1]))
          .sub(logBeta(a, b));
    return outside.where(-Infinity, chosen.sub(n.add(1).log()));
  }

  // I(1 - p; n - k, k + 1)
  override cdf(value: Tensor | number): Tensor {
    const n = this.totalCount;
    const k = this.asValue(value).floor();
    const [below, above] = [k.less(0), k.greaterEqual(n)];
    const safe = below.logicalOr(above).where(0, k);
    const failures = above.where(1, n.sub(safe));
    const inside = incompleteBeta(failures, safe.add(1), this.probs.neg().add(1));
    return below.where(0, above.where(1, inside));
  }

  override entropy(): Tensor {
    const most = Math.max(0, ...this.totalCount.dataSync());
    const { dtype, backend } = this.like;
    const lead = this.batchShape.map(() => 1);
    const values = arange(0, most + 1, 1, { dtype, backend }).reshape([most + 1, ...lead]);
    const log = this.logProb(values); // (most + 1, …batch)
    return zeroTimes(log.exp(), log).sum(0).neg();
  }

  expand(batchShape: Shape): Binomial {
    this.requireExpandable(batchShape);
    const [n, given] = [this.totalCount, this.given].map((x) => expandTo(x, batchShape));
    const name = this.isProbs ? 'probs' : 'logits';
    return new Binomial(n!, { [name]: given!, validateArgs: false });
  }
}
