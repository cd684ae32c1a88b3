/** Divergences of pairs of distributions, found by the classes of both. */
import {
  formatShape,
  optionsOf,
  requireWhole,
  sameShape,
  ShapeError,
  shown,
  type Tensor,
} from '@kasane/tensor-core';
import { commonShape, expandTo } from '../broadcast.ts';
import { requireDistribution, type Distribution, type SampleOptions } from '../distribution.ts';
import { Independent } from '../independent.ts';
import { TransformedDistribution } from '../transformed-distribution.ts';
import { entryOf, type Divergence, type DistributionClass, type KlEntry } from './entry.ts';
import { pairs } from './pairs.ts';

/** Those that were registered last come first. */
const entries: KlEntry[] = [...pairs];

/**
 * Teaches `klDivergence` a pair of classes. The last entry for a pair counts; among those for classes that the given
 * ones extend, the nearest. The function gets both distributions and a third argument that finds the divergence of
 * their parts; it may give null where there is no closed form after all.
 *
 * Same as `torch.distributions.kl.register_kl`.
 *
 * @example
 * import { klDivergence, Normal, registerKl } from '@kasane/distributions';
 * class Shifted extends Normal {}
 * registerKl(Shifted, Shifted, (p, q) => p.loc.sub(q.loc).square());
 * klDivergence(new Shifted(3, 1), new Shifted(1, 1)).item(); // => 4
 * @category Divergences
 */
export function registerKl<P extends Distribution, Q extends Distribution>(
  p: DistributionClass<P>,
  q: DistributionClass<Q>,
  divergence: Divergence<P, Q>,
): void {
  for (const [name, given] of Object.entries({ p, q, divergence })) {
    if (typeof given === 'function') continue;
    throw new TypeError(
      `registerKl: ${name} must be a ${name === 'divergence' ? 'function' : 'class of distributions'}, got ${shown(given)}.`,
    );
  }
  entries.unshift(entryOf(p, q, divergence));
}

/** Options of `klDivergence`. */
export interface KlDivergenceOptions extends SampleOptions {
  /**
   * Over how many draws of p the divergence is averaged where the pair has no closed form. Default: such a pair is an
   * error.
   */
  readonly numSamples?: number;
}

/**
 * The Kullback-Leibler divergence of p from q, in nats: in closed form, or estimated if `numSamples` asks for it.
 *
 * $$ KL(p \| q) = \int p(x) \log \frac{p(x)}{q(x)} dx $$
 *
 * The result has the shape to which the batches broadcast. It is Infinity where p gives what q cannot.
 *
 * Same as `torch.distributions.kl_divergence`, except: with `numSamples`, pairs without a closed form have the mean of log p(x)
 * - log q(x) over draws x of p, whose gradients, through the draws or by the score of p where these have none, are right on
 * average.
 *
 * @throws TypeError for a pair without closed form otherwise.
 * @throws {@link ShapeError} if the events differ in shape or the batches do not broadcast.
 * @throws RangeError unless numSamples is a whole number of at least 1.
 *
 * @example
 * import { Gamma, klDivergence, LogNormal, Normal } from '@kasane/distributions';
 * import { Generator, tensor } from '@kasane/tensor-core';
 * const p = new Normal(tensor([0, 1]), 1);
 * klDivergence(p, new Normal(0, 1)).toArray(); // => [0,0.5]
 * const options = { numSamples: 20_000, generator: new Generator(1) };
 * klDivergence(new LogNormal(0, 0.5), new Gamma(4, 3.5), options).item().toFixed(1); // => 0.0
 * @category Divergences
 */
export function klDivergence(
  p: Distribution,
  q: Distribution,
  options?: KlDivergenceOptions,
): Tensor {
  const { numSamples, generator } = optionsOf('klDivergence', options, ['numSamples', 'generator']);
  if (numSamples !== undefined) requireWhole('klDivergence', 'numSamples', numSamples, 1);
  requireDistribution('klDivergence', 'p', p);
  requireDistribution('klDivergence', 'q', q);
  if (!sameShape(p.eventShape, q.eventShape)) {
    throw new ShapeError(
      `klDivergence: draws of both must have one shape, got those of ${described(p)} with ${formatShape(p.eventShape)} and of ${described(q)} with ${formatShape(q.eventShape)}.`,
    );
  }
  const batch = commonShape('klDivergence', [p.batchShape, q.batchShape]);
  const closed = closedForm(p, q);
  if (closed !== null) return expandTo(closed, batch);
  if (numSamples === undefined) {
    throw new TypeError(
      `klDivergence: there is no closed form for ${described(p)} and ${described(q)}. Give { numSamples } to estimate it from draws, or add one by registerKl.`,
    );
  }
  return expandTo(estimate(p, q, numSamples, generator === undefined ? {} : { generator }), batch);
}

function closedForm(p: Distribution, q: Distribution): Tensor | null {
  let best: KlEntry | undefined;
  let least = Infinity;
  for (const entry of entries) {
    const away = steps(p, entry.p) + steps(q, entry.q);
    if (away < least) [best, least] = [entry, away];
  }
  return best === undefined ? null : best.divergence(p, q, closedForm);
}

/** How many classes an instance's is away from one that it extends; Infinity if it extends it not. */
function steps(instance: Distribution, ancestor: DistributionClass): number {
  let count = 0;
  let at: unknown = instance.constructor;
  for (; at !== null && at !== Function.prototype; at = Object.getPrototypeOf(at), count++) {
    if (at === ancestor) return count;
  }
  return Infinity;
}

function estimate(
  p: Distribution,
  q: Distribution,
  numSamples: number,
  options: SampleOptions,
): Tensor {
  const { hasRsample } = p;
  const x = hasRsample ? p.rsample([numSamples], options) : p.sample([numSamples], options);
  const log = p.logProb(x);
  if (hasRsample) return log.sub(q.logProb(x)).mean(0);
  // The score's gradient, E[(log p - log q) ∇log p] - E[∇log q]: the last factor below is 1.
  const apart = log.detach().sub(q.logProb(x));
  const finite = apart.abs().less(Infinity);
  const weight = log.sub(log.detach());
  return finite.where(apart.add(finite.where(apart.detach(), 0).mul(weight)), apart).mean(0);
}

/** A distribution with what it is made of. */
function described(p: Distribution): string {
  if (p instanceof Independent)
    return `Independent(${described(p.baseDist)}, ${p.reinterpretedBatchNdims})`;
  if (!(p instanceof TransformedDistribution) || p.name !== 'TransformedDistribution')
    return p.name;
  const names = p.transforms.map((one) => one.constructor.name);
  return `TransformedDistribution(${described(p.baseDist)}, [${names.join(', ')}])`;
}
