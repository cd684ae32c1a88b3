import { Module } from '@kasane/nn';
import {
  formatShape,
  guardedOptions,
  requireWhole,
  run,
  ShapeError,
  optionsOf,
  type Tensor,
  requireTensor,
} from '@kasane/tensor-core';
import { avgPool } from './ops/avg-pool.ts';

/** Options of `LocalResponseNorm`. */
export interface LocalResponseNormOptions {
  /** Default 1e-4. */
  readonly alpha?: number;
  /** Default 0.75. */
  readonly beta?: number;
  /** Default 1. */
  readonly k?: number;
}

/**
 * Divides by what neighbouring channels say at the same place.
 *
 * $$ y_c = x_c \Big( k + \frac{\alpha}{n} \sum_{c' = c - \lfloor n / 2 \rfloor}^{c + \lceil n / 2 \rceil - 1} x_{c'}^2 \Big)^{-\beta} $$
 *
 * with n = size. Input and output are (N, C, *). Same as `torch.nn.LocalResponseNorm`.
 *
 * @throws RangeError unless size is a whole number ≥ 1.
 * @throws {@link ShapeError} for less than three dimensions.
 *
 * @example
 * import { LocalResponseNorm } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * const layer = new LocalResponseNorm(3, { alpha: 3, beta: 1, k: 0 });
 * layer.forward(tensor([[[1], [1], [2]]])).toArray(); // => [[[0.5],[0.1667],[0.4]]]
 *
 * @see Krizhevsky et al. (2012), ImageNet classification with deep convolutional neural networks.
 * @category Normalisation
 */
export class LocalResponseNorm extends Module {
  /** How many channels are looked at. */
  readonly size: number;
  alpha: number;
  beta: number;
  k: number;

  constructor(size: number, options: LocalResponseNormOptions = {}) {
    super();
    requireWhole('LocalResponseNorm', 'size', size, 1);
    const {
      alpha = 1e-4,
      beta = 0.75,
      k = 1,
    } = optionsOf('LocalResponseNorm', options, ['alpha', 'beta', 'k']);
    this.size = size;
    this.alpha = alpha;
    this.beta = beta;
    this.k = k;
  }

  forward(input: Tensor): Tensor {
    requireTensor('LocalResponseNorm', 'the input', input);
    const [n, c, ...rest] = input.shape;
    if (c === undefined || rest.length === 0) {
      throw new ShapeError(
        `LocalResponseNorm: the input must have shape (N, C, ...), got ${formatShape(input.shape)}. Unsqueeze it.`,
      );
    }
    // A window over channels is one over the rows of a single plane.
    const area = rest.reduce((a, b) => a * b, 1);
    const plane = input.square().reshape([n!, 1, c, area]);
    const step = { stride: 1, dilation: 1 };
    const channels = { ...step, kernel: this.size, pad: this.size >> 1, count: c };
    const places = { ...step, kernel: 1, pad: 0, count: area };
    const mean = run(avgPool, [plane], { axes: [channels, places], countIncludePad: true });
    const { alpha, beta, k } = guardedOptions(this);
    const scale = mean.mul(alpha).add(k).pow(-beta);
    return input.mul(scale.reshape(input.shape));
  }

  override extraRepr(): string {
    return `${this.size}, alpha=${this.alpha}, beta=${this.beta}, k=${this.k}`;
  }
}
