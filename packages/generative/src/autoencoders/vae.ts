import { Independent, klDivergence, Normal, type Distribution } from '@kasane/distributions';
import { Module, type Layer } from '@kasane/nn';
import {
  concat,
  formatShape,
  optionsOf,
  requireTensor,
  requireThat,
  requireWhole,
  ShapeError,
  shown,
  zeros,
  type Generator,
  type Operand,
  type Tensor,
} from '@kasane/tensor-core';
import { requireBatch, requireLayer, requireRebuilt } from './given.ts';
import { BernoulliLikelihood, Likelihood } from './likelihood.ts';

/** Options of `VAE`. */
export interface VAEOptions {
  /** What the decoder's numbers say about data. Default `new BernoulliLikelihood()`. */
  readonly likelihood?: Likelihood;
  /** How many numbers of a condition encoder and decoder see beside x and z. Default 0: none. */
  readonly conditionSize?: number;
  /** Where z is drawn from. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
}

/** What all that a `VAE` does may be given. */
export interface ConditionOptions {
  /** (N, conditionSize), such as classes as one-hot vectors; needed if the model has one. */
  readonly condition?: Tensor;
  /** Where z is drawn from. Default: the generator that the model was given. */
  readonly generator?: Generator;
}

/** Options of `VAE.elbo` and `VAE.importanceWeightedBound`. */
export interface BoundOptions extends ConditionOptions {
  /** How many z are drawn for each x. Default 1 for `elbo`, 50 for `importanceWeightedBound`. */
  readonly numSamples?: number;
}

/** Options of `VAE.loss`. */
export interface VAELossOptions extends BoundOptions {
  /** What the divergence counts: more than 1 for β-VAE. In a compiled step that changes it, a tensor. Default 1. */
  readonly beta?: Operand;
  /** Nats that each number of z may have in the mean over the batch before they cost anything. Default 0. */
  readonly freeBits?: number;
}

/** What `VAE.loss` gives, in nats for one x in the mean over the batch; all are scalars. */
export interface VAELoss {
  /** What to minimise: reconstruction and the divergence by its weight. */
  readonly loss: Tensor;
  /** -log p(x | z) */
  readonly reconstruction: Tensor;
  /** KL(q(z | x) ‖ p(z)), all of it, free or not. */
  readonly kl: Tensor;
}

/**
 * A variational autoencoder: codes are normal distributions, held near N(0, 1), so that what is drawn from N(0, 1) can be decoded.
 *
 * $$ \log p(x) \ge E_{z \sim q(z|x)}[\log p(x \mid z)] - \mathrm{KL}(q(z \mid x) \,\|\, N(0, I)),
 * \qquad z = \mu + \sigma \epsilon, \; \epsilon \sim N(0, I) $$
 *
 * | tensor               | shape                                        |
 * | -------------------- | -------------------------------------------- |
 * | input                | (N, ...)                                     |
 * | the encoder's output | (N, 2 latentSize): μ, then log σ²            |
 * | z                    | (N, latentSize)                              |
 * | the decoder's output | (N, ...), as the input: see the `likelihood` |
 *
 * With `conditionSize` C it is a conditional VAE: the encoder's input has the condition's C numbers behind its own, as channels that are
 * the same everywhere if it is pictures, and z has them behind its own too.
 *
 * What `loss` minimises is $-\log p(x \mid z) + \beta \sum_j \max(\mathrm{KL}_j, \text{freeBits})$, where $\mathrm{KL}_j$ is the divergence
 * of the j-th number of z; both are means over the batch.
 *
 * @throws {@link ShapeError} if inputs, z or what encoder and decoder give have other shapes, or a condition is missing, or given where none is
 * taken.
 * @throws RangeError if a size or a count is not a whole number of at least 1, or `freeBits` is not ≥ 0 and finite.
 *
 * @example
 * import { mlp, VAE } from '@kasane/generative';
 * import { Adam } from '@kasane/optim';
 * import { Generator, rand, type Tensor } from '@kasane/tensor-core';
 * import { trainStep } from '@kasane/trainer';
 * const generator = new Generator(1);
 * const model = new VAE(mlp([8, 16, 4], { generator }), mlp([2, 16, 8], { generator }), 2, { generator });
 * const step = trainStep((x: Tensor) => model.loss(x).loss, new Adam(model.parameters(), { lr: 0.01 }));
 * const x = rand([32, 8], { generator }).round();
 * const before = model.elbo(x).mean().item();
 * for (let i = 0; i < 100; i++) step(x).dispose();
 * model.elbo(x).mean().item() > before; // => true
 * model.generate(5).shape; // => [5,8]
 *
 * @see Kingma and Welling (2014), Auto-Encoding Variational Bayes; Higgins et al. (2017) for β; Kingma et al. (2016) for free
 * bits; Sohn, Lee and Yan (2015) for conditions; Burda, Grosse and Salakhutdinov (2016) for the importance-weighted bound.
 * @category Variational autoencoders
 */
export class VAE extends Module {
  /** From inputs to μ and log σ². */
  readonly encoder: Layer;
  /** From z to what the likelihood takes. */
  readonly decoder: Layer;
  /** The size of z. */
  readonly latentSize: number;
  /** What the decoder's numbers say about data. */
  readonly likelihood: Likelihood;
  /** How many numbers a condition has. */
  readonly conditionSize: number;
  readonly #generator: Generator | undefined;

  constructor(encoder: Layer, decoder: Layer, latentSize: number, options: VAEOptions = {}) {
    super();
    const names = ['likelihood', 'conditionSize', 'generator'] as const;
    const given = optionsOf('VAE', options, names);
    const { likelihood = new BernoulliLikelihood(), conditionSize = 0, generator } = given;
    requireLayer('VAE', 'the encoder', encoder);
    requireLayer('VAE', 'the decoder', decoder);
    requireWhole('VAE', 'latentSize', latentSize, 1);
    requireWhole('VAE', 'conditionSize', conditionSize);
    if (!(likelihood instanceof Likelihood)) {
      throw new TypeError(
        `VAE: likelihood must be one such as new GaussianLikelihood(), got ${shown(likelihood)}.`,
      );
    }
    this.encoder = encoder;
    this.decoder = decoder;
    this.latentSize = latentSize;
    this.likelihood = likelihood;
    this.conditionSize = conditionSize;
    this.#generator = generator;
  }

  /** q(z | x), a batch of (N, latentSize) normal distributions. */
  encode(input: Tensor, options?: ConditionOptions): Normal {
    const { condition } = optionsOf('VAE.encode', options, ['condition', 'generator']);
    requireBatch('VAE', 'the input', input);
    const both = this.encoder.forward(this.#beside(input, condition));
    const Z = this.latentSize;
    if (both.ndim !== 2 || both.shape[1] !== 2 * Z) {
      throw new ShapeError(
        `VAE: the encoder must give μ and log σ² of ${Z} numbers, (N, ${2 * Z}), got ${formatShape(both.shape)}.`,
      );
    }
    const scale = both.slice(1, Z).mul(0.5).exp();
    return new Normal(both.slice(1, 0, Z), scale, { validateArgs: false });
  }

  /** p(x | z) of every element, for z (N, latentSize). */
  decode(z: Tensor, options?: ConditionOptions): Distribution {
    return this.likelihood.forward(this.#decoded(z, options));
  }

  /** The means of what z stands for: a z drawn from q(z | x) while the model learns, its mean in evaluation. */
  forward(input: Tensor, options?: ConditionOptions): Tensor {
    const q = this.encode(input, options);
    const z = this.training ? q.rsample([], this.#random(options)) : q.mean;
    return this.decode(z, options).mean;
  }

  /** The bound on -log p(x), and what it is made of. */
  loss(input: Tensor, options?: VAELossOptions): VAELoss {
    const names = ['beta', 'freeBits', 'numSamples', 'condition', 'generator'] as const;
    const given = optionsOf('VAE.loss', options, names);
    const { beta = 1, freeBits = 0, numSamples = 1, condition, generator } = given;
    const holds = Number.isFinite(freeBits) && freeBits >= 0;
    requireThat(holds, 'VAE.loss', 'freeBits', freeBits, '≥ 0 and finite');
    const how = { ...(condition && { condition }), ...(generator && { generator }) };
    const q = this.encode(input, how);
    const [, logProb] = this.#drawn('VAE.loss', input, q, numSamples, how);
    const reconstruction = logProb.mean().neg();
    const each = this.#divergence(q).mean(0); // (Z), of each number of z
    const paid = freeBits === 0 ? each : each.maximum(freeBits);
    return { loss: reconstruction.add(paid.sum().mul(beta)), reconstruction, kl: each.sum() };
  }

  /** A lower bound on log p(x) in nats, (N): the mean over draws of log p(x | z), less the divergence in closed form. */
  elbo(input: Tensor, options?: BoundOptions): Tensor {
    const { numSamples = 1, ...how } = boundOptions('VAE.elbo', options);
    const q = this.encode(input, how);
    const [, logProb] = this.#drawn('VAE.elbo', input, q, numSamples, how);
    return logProb.mean(0).sub(this.#divergence(q).sum(1));
  }

  /**
   * A bound on log p(x) in nats, (N), that gets tighter with `numSamples` k: the logarithm of the mean of
   * p(x, z) / q(z | x) over k draws. The negative of its mean is what an importance-weighted autoencoder minimises.
   */
  importanceWeightedBound(input: Tensor, options?: BoundOptions): Tensor {
    const owner = 'VAE.importanceWeightedBound';
    const { numSamples = 50, ...how } = boundOptions(owner, options);
    const q = this.encode(input, how);
    const [z, logProb] = this.#drawn(owner, input, q, numSamples, how);
    const prior = this.#prior(q.loc).logProb(z).sum(2); // (k, N)
    const weights = logProb.add(prior).sub(new Independent(q, 1).logProb(z));
    return weights.logSumExp(0).sub(Math.log(numSamples));
  }

  /** The means of what `count` z of N(0, 1) stand for, (count, ...). */
  generate(count: number, options?: ConditionOptions): Tensor {
    optionsOf('VAE.generate', options, ['condition', 'generator']);
    requireWhole('VAE.generate', 'count', count, 1);
    const like = this.parameters()[0];
    const how = like === undefined ? {} : { dtype: like.dtype, backend: like.backend };
    const center = zeros([count, this.latentSize], how);
    return this.decode(this.#prior(center).sample([], this.#random(options)), options).mean;
  }

  /** N(0, 1), as many and of the kind of `like`. */
  #prior(like: Tensor): Normal {
    return new Normal(like.mul(0).detach(), 1, { validateArgs: false });
  }

  /** KL(q ‖ p) of every number of z, (N, Z). */
  #divergence(q: Normal): Tensor {
    return klDivergence(q, this.#prior(q.loc));
  }

  #random(options: ConditionOptions = {}): { readonly generator?: Generator } {
    const { generator = this.#generator } = options;
    return generator === undefined ? {} : { generator };
  }

  /** Draws z (k, N, Z) of q, and log p(x | z) for each, (k, N). */
  #drawn(
    owner: string,
    input: Tensor,
    q: Normal,
    k: number,
    options: ConditionOptions,
  ): [z: Tensor, logProb: Tensor] {
    requireWhole(owner, 'numSamples', k, 1);
    const z = q.rsample([k], this.#random(options));
    const { condition } = options;
    const many = k === 1 || condition === undefined ? condition : condition.tile([k, 1]);
    const output = this.#decoded(z.flatten(0, 1), many && { condition: many });
    const target =
      k === 1
        ? input
        : input
            .unsqueeze(0)
            .broadcastTo(k, ...input.shape)
            .flatten(0, 1);
    requireRebuilt('VAE', target, output);
    const logProb = this.likelihood.logProb(output, target).flatten(1).sum(1);
    return [z, logProb.reshape([k, input.shape[0]!])];
  }

  #decoded(z: Tensor, options?: ConditionOptions): Tensor {
    const { condition } = optionsOf('VAE.decode', options, ['condition', 'generator']);
    requireTensor('VAE', 'z', z);
    if (z.ndim !== 2 || z.shape[1] !== this.latentSize) {
      throw new ShapeError(
        `VAE: z must have the shape (N, ${this.latentSize}), got ${formatShape(z.shape)}.`,
      );
    }
    return this.decoder.forward(this.#beside(z, condition));
  }

  /** x (N, D, ...) with the condition (N, C) behind: (N, D + C, ...). */
  #beside(x: Tensor, condition: Tensor | undefined): Tensor {
    const C = this.conditionSize;
    if (condition !== undefined) requireTensor('VAE', 'the condition', condition);
    const [N, , ...places] = x.shape as [number, number, ...number[]]; // checked before
    const wanted = C === 0 ? 'none' : formatShape([N, C]);
    const got = condition === undefined ? 'none' : formatShape(condition.shape);
    if (wanted !== got) {
      throw new ShapeError(
        `VAE: needs a condition of ${wanted}, for conditionSize is ${C}, got ${got}.`,
      );
    }
    if (condition === undefined) return x;
    const spread = condition.reshape([N, C, ...places.map(() => 1)]);
    return concat([x, spread.broadcastTo(N, C, ...places)], 1);
  }
}

function boundOptions(owner: string, options: BoundOptions | undefined): BoundOptions {
  return { ...optionsOf(owner, options, ['numSamples', 'condition', 'generator']) };
}
