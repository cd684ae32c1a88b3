import type { Shape, Tensor } from '@kasane/tensor-core';
import { broadcastAll, expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { positive, unitInterval } from './constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { givenProbs, type ProbsOptions } from './logits.ts';
import { logisticNoise } from './noise.ts';
import { asTensors, checkValues, type Parameter } from './parameters.ts';

/**
 * Numbers between 0 and 1 that come near those of a Bernoulli distribution as the temperature goes to 0, and that are
 * differentiable.
 *
 * $$ x = \sigma((\mathrm{logits} + l) / T), \quad l \sim \mathrm{Logistic}(0, 1) $$
 *
 * Same as `torch.distributions.RelaxedBernoulli`.
 *
 * @throws TypeError unless one of probs and logits is given.
 * @throws RangeError unless the temperature is greater than 0 and probabilities are from 0 to 1.
 * @throws {@link ShapeError} if the parameters do not broadcast.
 *
 * @example
 * import { RelaxedBernoulli } from '@kasane/distributions';
 * const p = new RelaxedBernoulli(0.5, { probs: 0.5 });
 * p.logProb(0.5).item().toFixed(4); // => -0.6931
 * @see https://arxiv.org/abs/1611.00712
 * @category Relaxed
 */
export class RelaxedBernoulli extends Distribution {
  /** Near 0 draws are near 0 and 1. */
  readonly temperature: Tensor;
  /** The logarithm of the odds of 1. */
  readonly logits: Tensor;

  constructor(temperature: Parameter, options: ProbsOptions) {
    const owner = 'RelaxedBernoulli';
    const { tensor, isProbs, validateArgs } = givenProbs(owner, options);
    const given = asTensors(owner, { temperature, tensor }) as [Tensor, Tensor]; // as many
    if (validateArgs) checkValues(owner, 'temperature', given[0], positive);
    const [t, p] = broadcastAll(owner, given) as [Tensor, Tensor];
    super(owner, t);
    this.temperature = t;
    this.logits = isProbs ? p.log().sub(p.neg().log1p()) : p;
  }

  override get hasRsample(): boolean {
    return true;
  }
  /** The probability of 1. */
  get probs(): Tensor {
    return this.logits.sigmoid();
  }
  get support(): Constraint {
    return unitInterval;
  }
  get mean(): Tensor {
    throw this.without('mean');
  }
  get variance(): Tensor {
    throw this.without('variance');
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const noise = logisticNoise(this.shapeOf(sampleShape), this.logits, options);
    return this.logits.add(noise).div(this.temperature).sigmoid();
  }

  // With y = log(x / (1 - x)) and d = logits - T y: log T + d - 2 log(1 + eᵈ) - log x - log(1 - x)
  logProb(value: Tensor | number): Tensor {
    const x = this.asValue(value);
    const outside = x.lessEqual(0).logicalOr(x.greaterEqual(1));
    const safe = outside.where(0.5, x);
    const [log, rest] = [safe.log(), safe.neg().log1p()];
    const d = this.logits.sub(log.sub(rest).mul(this.temperature));
    const inside = this.temperature.log().add(d).sub(d.softplus().mul(2)).sub(log).sub(rest);
    return outside.where(-Infinity, inside);
  }

  expand(batchShape: Shape): RelaxedBernoulli {
    this.requireExpandable(batchShape);
    const [t, logits] = [this.temperature, this.logits].map((x) => expandTo(x, batchShape));
    return new RelaxedBernoulli(t!, { logits: logits!, validateArgs: false });
  }
}
