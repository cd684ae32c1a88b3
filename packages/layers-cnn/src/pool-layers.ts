import { Module } from '@kasane/nn';
import { ShapeError, optionsOf, type Tensor, requireTensor } from '@kasane/tensor-core';
import type { PoolOptions } from './ops/window.ts';
import {
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  avgPoolNames,
  maxPool1d,
  maxPool2d,
  maxPool2dWithIndices,
  maxPoolNames,
  maxUnpool2d,
  maxUnpoolNames,
  type AvgPoolOptions,
  type MaxPoolOptions,
  type MaxUnpoolOptions,
  type ValuesAndPlaces,
} from './pool.ts';
import { describe, type Size } from './size.ts';

/** What pooling layers share: windows and how they move. */
abstract class Pool extends Module {
  /** The size of a window. */
  readonly kernelSize: Size;
  /** From one window to the next. */
  readonly stride: Size;
  /** How far the first window begins before the first element. */
  readonly padding: Size;
  /** Also take a last window that is not full. */
  readonly ceilMode: boolean;

  constructor(kernelSize: Size, options: PoolOptions) {
    super();
    const { stride = kernelSize, padding = 0, ceilMode = false } = options;
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
    this.ceilMode = ceilMode;
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, ceilMode } = this;
    return describe({ kernelSize, stride, padding, ceilMode });
  }
}

/** Pooling that takes maxima. */
abstract class MaxPool extends Pool {
  /** From one element of a window to the next. */
  readonly dilation: Size;

  constructor(kernelSize: Size, options: MaxPoolOptions = {}) {
    super(kernelSize, optionsOf(new.target.name, options, maxPoolNames));
    this.dilation = options.dilation ?? 1;
  }

  /** How windows move. */
  protected get moves(): MaxPoolOptions {
    const { stride, padding, ceilMode, dilation } = this;
    return { stride, padding, ceilMode, dilation };
  }

  /** The windows, and what kind of them. */
  override extraRepr(): string {
    return `${super.extraRepr()}, ${describe({ dilation: this.dilation })}`;
  }
}

/** Pooling that takes means. */
abstract class AvgPool extends Pool {
  /** The zeros of the padding count as elements of a window. */
  readonly countIncludePad: boolean;

  constructor(kernelSize: Size, options: AvgPoolOptions = {}) {
    super(kernelSize, optionsOf(new.target.name, options, avgPoolNames));
    this.countIncludePad = options.countIncludePad ?? true;
  }

  /** How windows move, and what counts. */
  protected get moves(): AvgPoolOptions {
    const { stride, padding, ceilMode, countIncludePad } = this;
    return { stride, padding, ceilMode, countIncludePad };
  }

  /** The windows, and what kind of them. */
  override extraRepr(): string {
    return `${super.extraRepr()}, ${describe({ countIncludePad: this.countIncludePad })}`;
  }
}

/**
 * The largest element of each window of sequences; see `maxPool1d`.
 *
 * $$ y_{n,c,p} = \max_k x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * (N, C, L) becomes (N, C, L') with L' = ⌊(L + 2·padding - dilation·(K - 1) - 1) / stride⌋ + 1. Same as
 * `torch.nn.MaxPool1d`, without `return_indices`. `forward` throws as `maxPool2d`.
 *
 * @example
 * import { MaxPool1d } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * new MaxPool1d(3, { stride: 2 }).forward(randn([20, 16, 50])).shape; // => [20,16,24]
 *
 * @category Pooling
 */
export class MaxPool1d extends MaxPool {
  forward(input: Tensor): Tensor {
    return maxPool1d(input, this.kernelSize, this.moves);
  }
}

/**
 * The largest element of each window of images; see `maxPool2d`.
 *
 * $$ y_{n,c,p} = \max_k x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * (N, C, H, W) becomes (N, C, H', W') with H' = ⌊(H + 2·padding - dilation·(KH - 1) - 1) / stride⌋ + 1. Same as
 * `torch.nn.MaxPool2d`; what its `return_indices` gives comes from `withIndices`. `forward` throws as `maxPool2d`.
 *
 * @example
 * import { MaxPool2d } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * new MaxPool2d([3, 2], { stride: [2, 1] }).forward(randn([20, 16, 50, 32])).shape; // => [20,16,24,31]
 *
 * @category Pooling
 */
export class MaxPool2d extends MaxPool {
  forward(input: Tensor): Tensor {
    return maxPool2d(input, this.kernelSize, this.moves);
  }

  /** The results with where they stand, for `MaxUnpool2d`. */
  withIndices(input: Tensor): ValuesAndPlaces {
    return maxPool2dWithIndices(input, this.kernelSize, this.moves);
  }
}

/**
 * Puts values back to where max pooling found them; see `maxUnpool2d`.
 *
 * $$ y_{n,c,q} = \sum_{p:\, i_{n,c,p} = q} x_{n,c,p} $$
 *
 * (N, C, H, W) becomes (N, C, (H - 1)·stride - 2·padding + KH, same with W). Same as `torch.nn.MaxUnpool2d`, but the
 * size of the output is an option of the layer, and values that go to one place are added up. `forward` throws as
 * `maxUnpool2d`.
 *
 * @example
 * import { MaxPool2d, MaxUnpool2d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * const { values, indices } = new MaxPool2d(2).withIndices(tensor([[[[1, 2], [4, 3]]]]));
 * new MaxUnpool2d(2).forward(values, indices).toArray(); // => [[[[0,0],[4,0]]]]
 *
 * @category Pooling
 */
export class MaxUnpool2d extends Module {
  /** The size of a window. */
  readonly kernelSize: Size;
  /** How windows moved, and the size of the result. */
  readonly options: MaxUnpoolOptions;

  constructor(kernelSize: Size, options: MaxUnpoolOptions = {}) {
    super();
    this.kernelSize = kernelSize;
    this.options = optionsOf('MaxUnpool2d', options, maxUnpoolNames);
  }

  forward(input: Tensor, indices: Tensor): Tensor {
    return maxUnpool2d(input, indices, this.kernelSize, this.options);
  }

  override extraRepr(): string {
    return describe({ kernelSize: this.kernelSize, ...this.options });
  }
}

/**
 * The mean of each window of sequences; see `avgPool1d`.
 *
 * $$ y_{n,c,p} = \frac1K \sum_k x_{n,c,\,\mathrm{stride} \cdot p + k - \mathrm{padding}} $$
 *
 * (N, C, L) becomes (N, C, L') with L' = ⌊(L + 2·padding - K) / stride⌋ + 1. Same as `torch.nn.AvgPool1d`. `forward`
 * throws as `maxPool2d`.
 *
 * @example
 * import { AvgPool1d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * new AvgPool1d(3, { stride: 2 }).forward(tensor([[[1, 2, 3, 4, 5, 6, 7]]])).toArray(); // => [[[2,4,6]]]
 *
 * @category Pooling
 */
export class AvgPool1d extends AvgPool {
  forward(input: Tensor): Tensor {
    return avgPool1d(input, this.kernelSize, this.moves);
  }
}

/**
 * The mean of each window of images; see `avgPool2d`.
 *
 * $$ y_{n,c,p} = \frac1K \sum_k x_{n,c,\,\mathrm{stride} \cdot p + k - \mathrm{padding}} $$
 *
 * (N, C, H, W) becomes (N, C, H', W') with H' = ⌊(H + 2·padding - KH) / stride⌋ + 1. Same as `torch.nn.AvgPool2d`
 * without `divisor_override`. `forward` throws as `maxPool2d`.
 *
 * @example
 * import { AvgPool2d } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * new AvgPool2d(3, { stride: 2, padding: 1 }).forward(randn([20, 16, 50, 32])).shape; // => [20,16,25,16]
 *
 * @category Pooling
 */
export class AvgPool2d extends AvgPool {
  forward(input: Tensor): Tensor {
    return avgPool2d(input, this.kernelSize, this.moves);
  }
}

/** Pooling to a size. */
abstract class AdaptivePool extends Module {
  /** The height and width of the result. */
  readonly outputSize: Size;

  constructor(outputSize: Size) {
    super();
    this.outputSize = outputSize;
  }

  override extraRepr(): string {
    return describe({ outputSize: this.outputSize });
  }
}

/**
 * Means over as many windows as asked for; see `adaptiveAvgPool2d`.
 *
 * $$ y_{n,c,i,j} = \operatorname{mean} x_{n,c,a,b}, \quad \lfloor i H / H' \rfloor \le a < \lceil (i + 1) H / H' \rceil, \; \lfloor j W / W' \rfloor \le b < \lceil (j + 1) W / W' \rceil $$
 *
 * (N, C, H, W) becomes (N, C, H', W'). Same as `torch.nn.AdaptiveAvgPool2d` with numbers for both sizes. `forward`
 * throws as `adaptiveAvgPool2d`.
 *
 * @example
 * import { AdaptiveAvgPool2d } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * new AdaptiveAvgPool2d([5, 7]).forward(randn([1, 64, 8, 9])).shape; // => [1,64,5,7]
 *
 * @category Pooling
 */
export class AdaptiveAvgPool2d extends AdaptivePool {
  forward(input: Tensor): Tensor {
    return adaptiveAvgPool2d(input, this.outputSize);
  }
}

/**
 * Maxima over as many windows as asked for; see `adaptiveMaxPool2d`.
 *
 * $$ y_{n,c,i,j} = \max x_{n,c,a,b}, \quad \lfloor i H / H' \rfloor \le a < \lceil (i + 1) H / H' \rceil, \; \lfloor j W / W' \rfloor \le b < \lceil (j + 1) W / W' \rceil $$
 *
 * (N, C, H, W) becomes (N, C, H', W'). Same as `torch.nn.AdaptiveMaxPool2d` with numbers for both sizes, and without
 * `return_indices`. `forward` throws as `adaptiveAvgPool2d`.
 *
 * @example
 * import { AdaptiveMaxPool2d } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * new AdaptiveMaxPool2d(1).forward(randn([1, 64, 8, 9])).shape; // => [1,64,1,1]
 *
 * @category Pooling
 */
export class AdaptiveMaxPool2d extends AdaptivePool {
  forward(input: Tensor): Tensor {
    return adaptiveMaxPool2d(input, this.outputSize);
  }
}

function positions(name: string, input: Tensor): number[] {
  requireTensor(name, 'the input', input);
  const dims = input.shape.map((_, i) => i).slice(2);
  if (dims.length > 0) return dims;
  throw new ShapeError(
    `${name}: the input must have shape (N, C, ...), got [${input.shape.join(',')}]. There is nothing to pool.`,
  );
}

/**
 * The mean of each channel.
 *
 * $$ y_{n,c} = \frac1{HW} \sum_{i,j} x_{n,c,i,j} $$
 *
 * (N, C, *) becomes (N, C). PyTorch has it as `AdaptiveAvgPool2d(1)` and a flatten.
 *
 * @throws {@link ShapeError} for less than three dimensions.
 *
 * @example
 * import { GlobalAvgPool } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * new GlobalAvgPool().forward(tensor([[[[1, 2], [3, 6]]]])).toArray(); // => [[3]]
 *
 * @see Lin et al. (2014), Network in network.
 * @category Pooling
 */
export class GlobalAvgPool extends Module {
  forward(input: Tensor): Tensor {
    const dims = positions('GlobalAvgPool', input);
    return input.mean(dims);
  }
}

/**
 * The largest element of each channel.
 *
 * $$ y_{n,c} = \max_{i,j} x_{n,c,i,j} $$
 *
 * (N, C, *) becomes (N, C). PyTorch has it as `AdaptiveMaxPool2d(1)` and a flatten; here several largest elements share the
 * gradient.
 *
 * @throws {@link ShapeError} for less than three dimensions, and for channels without elements.
 *
 * @example
 * import { GlobalMaxPool } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * new GlobalMaxPool().forward(tensor([[[[1, 2], [3, 6]]]])).toArray(); // => [[6]]
 *
 * @category Pooling
 */
export class GlobalMaxPool extends Module {
  forward(input: Tensor): Tensor {
    const dims = positions('GlobalMaxPool', input);
    return input.max(dims);
  }
}
