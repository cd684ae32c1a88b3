import { ConvTranspose1d, ConvTranspose2d } from '@kasane/layers-cnn';
import { Buffer, Module, type Layer, type Parameter } from '@kasane/nn';
import {
  guard,
  noGrad,
  optionsOf,
  randn,
  requireThat,
  requireWhole,
  scope,
  shown,
  Tensor,
  type Generator,
} from '@kasane/tensor-core';

/** Options of `SpectralNorm`. */
export interface SpectralNormOptions {
  /** Steps of the power iteration in each forward call while training. Default 1. */
  readonly nPowerIterations?: number;
  /** Keeps the division by lengths finite. Default 1e-12. */
  readonly eps?: number;
  /** The dimension of the weight that its outputs are counted along. Default 1 for transposed convolutions, else 0. */
  readonly dim?: number;
  /** Where the vectors start from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** A layer with a weight. */
type Weighted = Layer & { readonly weight: Parameter };

/** Steps of the power iteration before the first call, as PyTorch has them. */
const FIRST = 15;

/**
 * A layer whose weight is divided by its largest singular value, so that it lengthens nothing.
 *
 * $$ \bar W = W / \sigma, \quad \sigma = u^\top W v $$
 *
 * σ is found by the power iteration u ← Wv / ‖Wv‖, v ← Wᵀu / ‖Wᵀu‖ on the weight as a matrix (outputs, all others), which goes on by
 * `nPowerIterations` in each forward call in training mode, and stands still in evaluation. u and v are buffers; gradients take them for
 * constants. Same numbers as `torch.nn.utils.parametrizations.spectral_norm`, which is a function and changes the layer: here it is a layer
 * around it, and the weight in the state dict is `layer.weight`.
 *
 * @throws TypeError if the layer has no weight of two dimensions or more.
 * @throws RangeError if `nPowerIterations` is not a whole number of at least 1, `dim` none of the weight's, or `eps` below 0.
 *
 * @example
 * import { SpectralNorm } from '@kasane/generative';
 * import { init, Linear } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const layer = new Linear(2, 2, { bias: false });
 * layer.weight.assign(tensor([[3, 0], [0, 1]]));
 * const normed = new SpectralNorm(layer);
 * normed.forward(tensor([[1, 0]])).sum().item(); // => 1
 *
 * @see Miyato et al. (2018), Spectral Normalization for Generative Adversarial Networks.
 * @category Adversarial
 */
export class SpectralNorm<
  L extends Layer & { readonly weight: Parameter } = Layer & { readonly weight: Parameter },
> extends Module {
  /** The layer, with its weight as it is learnt. */
  readonly layer: L;
  /** Of length 1, one number for each output. */
  readonly u: Buffer;
  /** Of length 1, one number for all others. */
  readonly v: Buffer;
  /** Steps of the power iteration in each forward call while training. */
  readonly nPowerIterations: number;
  /** Keeps the division by lengths finite. */
  readonly eps: number;
  /** The dimension of the weight that its outputs are counted along. */
  readonly dim: number;

  constructor(layer: L, options: SpectralNormOptions = {}) {
    super();
    const names = ['nPowerIterations', 'eps', 'dim', 'generator'] as const;
    const given = optionsOf('SpectralNorm', options, names);
    const { nPowerIterations = 1, eps = 1e-12, generator } = given;
    const weight: unknown = (layer as Partial<Weighted> | null | undefined)?.weight;
    if (!(layer instanceof Module) || !(weight instanceof Tensor) || weight.ndim < 2) {
      throw new TypeError(
        `SpectralNorm: needs a layer with a weight of two dimensions or more, such as Linear or Conv2d, got ${shown(layer)}.`,
      );
    }
    const transposed = layer instanceof ConvTranspose1d || layer instanceof ConvTranspose2d;
    const { dim = transposed ? 1 : 0 } = given;
    requireWhole('SpectralNorm', 'nPowerIterations', nPowerIterations, 1);
    requireWhole('SpectralNorm', 'dim', dim, 0, weight.ndim - 1);
    requireThat(eps >= 0, 'SpectralNorm', 'eps', eps, '≥ 0');
    this.layer = layer;
    this.nPowerIterations = nPowerIterations;
    this.eps = eps;
    this.dim = dim;
    const { dtype, backend, shape, size } = weight;
    const start = (n: number): Buffer =>
      new Buffer(this.#unit(randn([n], { dtype, backend, ...(generator && { generator }) })));
    [this.u, this.v] = scope(() => [start(shape[dim]!), start(size / shape[dim]!)]);
    this.#iterate(FIRST);
  }

  forward(input: Tensor): Tensor {
    if (this.training) this.#iterate(this.nPowerIterations);
    const { layer } = this;
    const { weight } = layer;
    // Later calls write u and v anew, which this one's backward still needs as they are.
    const [u, v] = [this.u.detach(), this.v.detach()];
    const sigma = u.mul(this.#matrix().matmul(v)).sum();
    // The layer computes with another weight for the time of a call; what is readonly to others is lent by its owner.
    const lent = layer as { weight: Tensor };
    lent.weight = weight.div(sigma);
    try {
      return layer.forward(input);
    } finally {
      lent.weight = weight;
    }
  }

  /** The largest singular value, as far as it is known, without gradients. */
  sigma(): Tensor {
    return noGrad(() => scope(() => this.u.mul(this.#matrix().matmul(this.v)).sum()));
  }

  #iterate(steps: number): void {
    noGrad(() =>
      scope(() => {
        const matrix = this.#matrix();
        for (let i = 0; i < guard(() => steps); i++) {
          this.u.assign(this.#unit(matrix.matmul(this.v)));
          this.v.assign(this.#unit(matrix.t().matmul(this.u)));
        }
      }),
    );
  }

  /** The weight as a matrix (outputs, all others). */
  #matrix(): Tensor {
    const { weight } = this.layer;
    if (this.dim === 0) return weight.flatten(1);
    const others = weight.shape.map((_, i) => i).filter((i) => i !== this.dim);
    return weight.permute([this.dim, ...others]).flatten(1);
  }

  #unit(vector: Tensor): Tensor {
    return vector.div(vector.norm().maximum(this.eps));
  }
}
