import { Module } from '@kasane/nn';
import {
  concat,
  formatShape,
  run,
  ShapeError,
  tensor,
  optionsOf,
  type Tensor,
  requireTensor,
} from '@kasane/tensor-core';
import { convAttrs } from './conv.ts';
import { checkImages, outputSizes } from './ops/check-convolution.ts';
import { putPlanes } from './ops/max-pool.ts';
import type { Axis, Windows } from './ops/window.ts';
import { describe, perDimension, type Size } from './size.ts';

/** Options of `unfold` and `fold`. */
export interface UnfoldOptions {
  /** From one block to the next. Default 1. */
  readonly stride?: Size;
  /** Zeros on both sides. Default 0. */
  readonly padding?: Size;
  /** From one element of a block to the next. Default 1. */
  readonly dilation?: Size;
}

const names = ['stride', 'padding', 'dilation'] as const;

/**
 * The blocks that a kernel meets, as columns (im2col).
 *
 * $$ y_{n,(c,k),p} = x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * (N, C, H, W) becomes (N, C·KH·KW, L), with L the number of blocks, $\prod_d (\lfloor (\mathrm{size}_d + 2 \, \mathrm{padding}
 * - \mathrm{dilation} (K_d - 1) - 1) / \mathrm{stride} \rfloor + 1)$. Same as `torch.nn.functional.unfold`, but the input has
 * its batch dimension.
 *
 * @throws As `conv2d`.
 *
 * @example
 * import { unfold } from '@kasane/layers-cnn';
 * import { arange } from '@kasane/tensor-core';
 * unfold(arange(6).reshape([1, 1, 2, 3]), 2).toArray(); // => [[[0,1],[1,2],[3,4],[4,5]]]
 *
 * @category Resampling
 */
export function unfold(input: Tensor, kernelSize: Size, options: UnfoldOptions = {}): Tensor {
  const given = optionsOf('unfold', options, names);
  checkImages('unfold', input, 2);
  const kernel = perDimension('unfold', 'kernelSize', kernelSize, 2, 1);
  const attrs = convAttrs('unfold', kernel, given);
  const { stride, padding, dilation } = attrs;
  const sizes = outputSizes('unfold', input.shape.slice(2), kernel, attrs);
  const [n, c] = input.shape;
  const padded = input.pad([[0, 0], [0, 0], ...padding]);
  const columns: Tensor[] = [];
  for (let i = 0; i < kernel[0]! * kernel[1]!; i++) {
    const at = [Math.floor(i / kernel[1]!), i % kernel[1]!];
    const block = sizes.reduce((x, size, d) => {
      const first = at[d]! * dilation[d]!;
      return x.slice(d + 2, first, first + (size - 1) * stride[d]! + 1, stride[d]!);
    }, padded);
    columns.push(block.reshape([n!, c!, 1, sizes[0]! * sizes[1]!]));
  }
  return concat(columns, 2).reshape([n!, c! * columns.length, sizes[0]! * sizes[1]!]);
}

/**
 * The transpose of `unfold`: adds blocks up where they overlap.
 *
 * $$ y_{n,c,q} = \sum_{k,p} x_{n,(c,k),p} \quad\text{where}\quad q = \mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding} $$
 *
 * (N, C·KH·KW, L) becomes (N, C, *outputSize). Same as `torch.nn.functional.fold`, but the input has its batch dimension.
 *
 * @throws {@link ShapeError} if the input does not have as many rows and blocks, or a block is larger than the padded output.
 * @throws RangeError for sizes that are not whole numbers and negative padding.
 *
 * @example
 * import { fold } from '@kasane/layers-cnn';
 * import { ones } from '@kasane/tensor-core';
 * fold(ones([1, 4, 2]), [2, 3], 2).toArray(); // => [[[[1,2,1],[1,2,1]]]]
 *
 * @category Resampling
 */
export function fold(
  input: Tensor,
  outputSize: Size,
  kernelSize: Size,
  options: UnfoldOptions = {},
): Tensor {
  requireTensor('fold', 'the input', input);
  const given = optionsOf('fold', options, names);
  const size = perDimension('fold', 'outputSize', outputSize, 2, 1);
  const kernel = perDimension('fold', 'kernelSize', kernelSize, 2, 1);
  const attrs = convAttrs('fold', kernel, given);
  const [n, rows, blocks] = input.shape;
  const counts = outputSizes('fold', size, kernel, attrs, 'output');
  const axis = (i: 0 | 1): Axis => ({
    kernel: kernel[i]!,
    stride: attrs.stride[i]!,
    pad: attrs.padding[i]![0],
    dilation: attrs.dilation[i]!,
    count: counts[i]!,
  });
  const axes = [axis(0), axis(1)] as const;
  const area = kernel[0]! * kernel[1]!;
  const count = counts[0]! * counts[1]!;
  if (input.ndim !== 3 || rows! % area !== 0 || blocks !== count) {
    throw new ShapeError(
      `fold: the input must have shape (N, C·${area}, ${count}) for output ${formatShape(size)}, got ${formatShape(input.shape)}.`,
    );
  }
  // Element by element to where `unfold` takes it from, and nowhere else: NaN stays where it is.
  const { backend } = input;
  const shape = [n!, rows! / area, area, count];
  const places = tensor(placesOf(axes, size), [1, 1, area, count], { dtype: 'int32', backend });
  const index = places.broadcastTo(shape);
  return run(putPlanes, [input.reshape(shape), index], { windows: null, blocks: { axes }, size });
}

/** Where element k of block l stands in its plane, for all k and l; -1 in padding. */
function placesOf([rows, columns]: Windows['axes'], size: readonly number[]): Int32Array {
  const places = new Int32Array(rows.kernel * columns.kernel * rows.count * columns.count);
  const [height, width] = size;
  let at = 0;
  for (let i = 0; i < rows.kernel; i++) {
    for (let j = 0; j < columns.kernel; j++) {
      for (let u = 0; u < rows.count; u++) {
        const r = u * rows.stride - rows.pad + i * rows.dilation;
        for (let v = 0; v < columns.count; v++) {
          const c = v * columns.stride - columns.pad + j * columns.dilation;
          const isInside = r >= 0 && r < height! && c >= 0 && c < width!;
          places[at++] = isInside ? r * width! + c : -1;
        }
      }
    }
  }
  return places;
}

/**
 * The blocks that a kernel meets, as columns; see `unfold`.
 *
 * $$ y_{n,(c,k),p} = x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * (N, C, H, W) becomes (N, C·KH·KW, L), with L the number of blocks. Same as `torch.nn.Unfold`. `forward` throws as
 * `conv2d`.
 *
 * @example
 * import { Unfold } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * new Unfold([2, 3]).forward(randn([2, 5, 3, 4])).shape; // => [2,30,4]
 *
 * @category Resampling
 */
export class Unfold extends Module {
  /** The size of a block. */
  readonly kernelSize: Size;
  /** How blocks move. */
  readonly options: UnfoldOptions;

  constructor(kernelSize: Size, options: UnfoldOptions = {}) {
    super();
    this.kernelSize = kernelSize;
    this.options = optionsOf(this.constructor.name, options, names);
  }

  forward(input: Tensor): Tensor {
    return unfold(input, this.kernelSize, this.options);
  }

  override extraRepr(): string {
    return describe({ kernelSize: this.kernelSize, ...this.options });
  }
}

/**
 * Adds blocks up where they overlap; see `fold`.
 *
 * $$ y_{n,c,q} = \sum_{k,p} x_{n,(c,k),p} \quad\text{where}\quad q = \mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding} $$
 *
 * (N, C·KH·KW, L) becomes (N, C, *outputSize). Same as `torch.nn.Fold`. `forward` throws as `fold`.
 *
 * @example
 * import { Fold } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * new Fold([4, 5], [2, 2]).forward(randn([1, 12, 12])).shape; // => [1,3,4,5]
 *
 * @category Resampling
 */
export class Fold extends Module {
  /** The height and width of the result. */
  readonly outputSize: Size;
  /** The size of a block. */
  readonly kernelSize: Size;
  /** How blocks move. */
  readonly options: UnfoldOptions;

  constructor(outputSize: Size, kernelSize: Size, options: UnfoldOptions = {}) {
    super();
    this.outputSize = outputSize;
    this.kernelSize = kernelSize;
    this.options = optionsOf(this.constructor.name, options, names);
  }

  forward(input: Tensor): Tensor {
    return fold(input, this.outputSize, this.kernelSize, this.options);
  }

  override extraRepr(): string {
    const { outputSize, kernelSize, options } = this;
    return describe({ outputSize, kernelSize, ...options });
  }
}
