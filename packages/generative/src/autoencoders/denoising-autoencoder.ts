import type { Layer } from '@kasane/nn';
import {
  optionsOf,
  rand,
  randn,
  requireThat,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { Autoencoder, type AutoencoderOptions } from './autoencoder.ts';
import { requireBatch, requireOneOf } from './given.ts';

const CORRUPTIONS = ['gaussian', 'masking', 'salt-and-pepper'] as const;

/** Options of `DenoisingAutoencoder`. */
export interface DenoisingAutoencoderOptions extends AutoencoderOptions {
  /**
   * What is done to inputs: `gaussian` adds noise, `masking` sets numbers to 0, `salt-and-pepper` sets them to 0 or 1.
   * Default `masking`.
   */
  readonly corruption?: (typeof CORRUPTIONS)[number];
  /** The noise's standard deviation, or else the share of the numbers that are changed. Default 0.3. */
  readonly level?: number;
  /** Where noise comes from. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
}

/**
 * An autoencoder that gets its inputs spoilt and has to give back the clean ones.
 *
 * $$ \text{minimise } \| x - g(f(\tilde x)) \|^2, \quad \tilde x \sim q(\tilde x \mid x) $$
 *
 * Shapes are as in `Autoencoder`. Only `loss` spoils inputs; `forward` takes them as they are. For `gaussian`
 * $\tilde x = x + \text{level} \cdot \epsilon$; else `level` is the probability with which each number is replaced.
 *
 * @throws RangeError if the level is below 0, or above 1 where it is a probability.
 * @throws {@link ShapeError} as `Autoencoder` does.
 *
 * @example
 * import { DenoisingAutoencoder, mlp } from '@kasane/generative';
 * import { Generator, ones } from '@kasane/tensor-core';
 * const options = { level: 0.5, generator: new Generator(1) };
 * const model = new DenoisingAutoencoder(mlp([8, 16]), mlp([16, 8]), options);
 * model.corrupt(ones([1, 8])).toArray(); // => [[1,1,1,1,1,1,0,1]]
 *
 * @see Vincent et al. (2010), Stacked Denoising Autoencoders.
 * @category Autoencoders
 */
export class DenoisingAutoencoder extends Autoencoder {
  /** What is done to inputs. */
  readonly corruption: (typeof CORRUPTIONS)[number];
  /** How much of it. */
  readonly level: number;
  readonly #random: { readonly generator?: Generator };

  constructor(encoder: Layer, decoder: Layer, options: DenoisingAutoencoderOptions = {}) {
    const names = ['criterion', 'corruption', 'level', 'generator'] as const;
    const given = optionsOf('DenoisingAutoencoder', options, names);
    const { corruption = 'masking', level = 0.3, criterion, generator } = given;
    super(encoder, decoder, criterion && { criterion });
    requireOneOf('DenoisingAutoencoder', 'corruption', corruption, CORRUPTIONS);
    const most = corruption === 'gaussian' ? Infinity : 1;
    const rule = most === 1 ? 'from 0 to 1' : '≥ 0 and finite';
    const holds = Number.isFinite(level) && level >= 0 && level <= most;
    requireThat(holds, 'DenoisingAutoencoder', 'level', level, rule);
    this.corruption = corruption;
    this.level = level;
    this.#random = generator ? { generator } : {};
  }

  /** Inputs as `loss` spoils them: other noise for each call. */
  corrupt(input: Tensor): Tensor {
    requireBatch('DenoisingAutoencoder', 'the input', input);
    const { dtype, backend, shape } = input;
    const like = { dtype, backend, ...this.#random };
    if (this.corruption === 'gaussian') return input.add(randn(shape, like).mul(this.level));
    const changed = rand(shape, like).less(this.level);
    if (this.corruption === 'masking') return changed.where(0, input);
    return changed.where(rand(shape, like).less(0.5).cast(dtype), input);
  }

  override loss(input: Tensor): Tensor {
    return this.compare(this.forward(this.corrupt(input)), input);
  }
}
