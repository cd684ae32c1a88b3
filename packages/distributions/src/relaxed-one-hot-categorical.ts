import { optionsOf, requireTensor, type Shape, type Tensor } from '@kasane/tensor-core';
import { commonShape, expandTo } from './broadcast.ts';
import { normalized } from './categorical.ts';
import type { Constraint } from './constraint.ts';
import { positive, simplex } from './constraints.ts';
import { notOf } from './parameter-constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import type { ProbsOptions } from './logits.ts';
import { lgamma } from './math/gamma.ts';
import { gumbelNoise } from './noise.ts';
import { asTensors, checkValues, type Parameter } from './parameters.ts';

/**
 * The concrete or Gumbel-softmax distribution: vectors of probabilities that come near one-hot vectors, with the
 * probabilities of a Categorical, as the temperature goes to 0, and that are differentiable.
 *
 * $$ x = \mathrm{softmax}((\mathrm{logits} + g) / T), \quad g_i \sim \mathrm{Gumbel}(0, 1) $$
 *
 * probs or logits are (…batchShape, n), and so are draws. Same as `torch.distributions.RelaxedOneHotCategorical`.
 *
 * @throws RangeError unless the temperature, one for all or one for each distribution of the batch, is greater than 0, and as
 * `Categorical`.
 *
 * @example
 * import { RelaxedOneHotCategorical } from '@kasane/distributions';
 * import { Generator, tensor } from '@kasane/tensor-core';
 * const p = new RelaxedOneHotCategorical(0.5, { probs: tensor([0.2, 0.8]) });
 * const x = p.rsample([], { generator: new Generator(1) });
 * x.sum().item().toFixed(4); // => 1.0000
 * p.logProb(tensor([0.3, 0.7])).item().toFixed(4); // => -0.7420
 * @see https://arxiv.org/abs/1611.00712
 * @see https://arxiv.org/abs/1611.01144
 * @category Relaxed
 */
export class RelaxedOneHotCategorical extends Distribution {
  /** Near 0 draws are near one-hot vectors. */
  readonly temperature: Tensor;
  /** Log probabilities, normalised: (…batchShape, n). */
  readonly logits: Tensor;

  constructor(temperature: Parameter, options: ProbsOptions) {
    const owner = 'RelaxedOneHotCategorical';
    const { logits } = normalized(owner, options);
    const [t] = asTensors(owner, { temperature, logits }) as [Tensor, Tensor]; // as many
    if (options.validateArgs ?? true) checkValues(owner, 'temperature', t, positive);
    const batch = commonShape(owner, [logits.shape.slice(0, -1), t.shape]);
    const n = logits.shape.at(-1)!;
    super(owner, logits, batch, [n]);
    this.temperature = t;
    this.logits = expandTo(logits, [...batch, n]);
  }

  override get hasRsample(): boolean {
    return true;
  }
  /** Probabilities, normalised: (…batchShape, n). */
  get probs(): Tensor {
    return this.logits.exp();
  }
  get support(): Constraint {
    return simplex;
  }
  get mean(): Tensor {
    throw this.without('mean');
  }
  get variance(): Tensor {
    throw this.without('variance');
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const noise = gumbelNoise(this.shapeOf(sampleShape), this.logits, options);
    return this.logits.add(noise).div(this.#divisor).softmax(-1);
  }

  // log p(x) = log Γ(n) + (n - 1) log T + Σ (s - log Σ eˢ) - Σ log x, with s = logits - T log x
  logProb(value: Tensor | number): Tensor {
    const x = this.asValue(value);
    const n = this.eventShape[0]!;
    const outside = notOf(simplex, x);
    const log = outside.unsqueeze(-1).where(-Math.log(n), x.log());
    const scores = this.logits.sub(log.mul(this.#divisor)).logSoftmax(-1);
    const scale = this.temperature
      .log()
      .mul(n - 1)
      .add(lgamma(n));
    return outside.where(-Infinity, scores.sub(log).sum(-1).add(scale));
  }

  expand(batchShape: Shape): RelaxedOneHotCategorical {
    this.requireExpandable(batchShape);
    const logits = expandTo(this.logits, [...batchShape, ...this.eventShape]);
    const t =
      this.temperature.ndim === 0 ? this.temperature : expandTo(this.temperature, batchShape);
    return new RelaxedOneHotCategorical(t, { logits, validateArgs: false });
  }

  /** The temperature beside vectors. */
  get #divisor(): Tensor {
    return this.temperature.ndim === 0 ? this.temperature : this.temperature.unsqueeze(-1);
  }
}

/** Options of `gumbelSoftmax`. */
export interface GumbelSoftmaxOptions extends SampleOptions {
  /** The temperature. Default 1. */
  readonly tau?: number;
  /** One-hot vectors forward, gradients of the soft ones backward (straight through). Default false. */
  readonly hard?: boolean;
  /** The dim of the categories. Default -1. */
  readonly dim?: number;
}

/**
 * A draw of the Gumbel-softmax distribution of unnormalised log probabilities, soft or one-hot.
 *
 * $$ x = \mathrm{softmax}((\mathrm{logits} + g) / \tau), \quad g_i \sim \mathrm{Gumbel}(0, 1) $$
 *
 * The output has the shape of the logits. Same as `torch.nn.functional.gumbel_softmax`.
 *
 * @throws RangeError unless tau > 0.
 * @throws {@link ShapeError} if there is no such dim.
 * @throws {@link DTypeError} unless logits are float32 or float64.
 *
 * @example
 * import { gumbelSoftmax } from '@kasane/distributions';
 * import { Generator, zeros } from '@kasane/tensor-core';
 * const x = gumbelSoftmax(zeros([5, 3]), { hard: true, generator: new Generator(1) });
 * x.sum(-1).toArray(); // => [1,1,1,1,1]
 * @see https://arxiv.org/abs/1611.01144
 * @category Relaxed
 */
export function gumbelSoftmax(logits: Tensor, options: GumbelSoftmaxOptions = {}): Tensor {
  const {
    tau = 1,
    hard = false,
    dim = -1,
    generator,
  } = optionsOf('gumbelSoftmax', options, ['tau', 'hard', 'dim', 'generator']);
  requireTensor('gumbelSoftmax', 'logits', logits);
  if (!(tau > 0)) throw new RangeError(`gumbelSoftmax: tau must be greater than 0, got ${tau}.`);
  const noise = gumbelNoise(logits.shape, logits, generator === undefined ? {} : { generator });
  const soft = logits.add(noise).div(tau).softmax(dim);
  if (!hard) return soft;
  const last = soft.ndim - 1;
  const chosen = soft.argmax(dim).oneHot(soft.shape.at(dim)!).cast(soft.dtype);
  const at = dim < 0 ? dim + soft.ndim : dim;
  const order = soft.shape.map((_, d) => (d < at ? d : d === at ? last : d - 1));
  return chosen.permute(order).add(soft.sub(soft.detach()));
}
