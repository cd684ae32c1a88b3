import { Module } from '@kasane/nn';
import {
  formatShape,
  isFloatingPoint,
  run,
  ShapeError,
  tensor,
  optionsOf,
  type Tensor,
} from '@kasane/tensor-core';
import { checkImages } from './ops/check-convolution.ts';
import { interpolate } from './ops/interpolate.ts';
import { takePlanes } from './ops/max-pool.ts';
import { describe, perDimension, type Size } from './size.ts';

/** Options of `upsample`: give `size` or `scaleFactor`. */
export interface UpsampleOptions {
  /** The height and width of the result. */
  readonly size?: Size;
  /** How many times as high and wide the result is. */
  readonly scaleFactor?: Size;
  /** The nearest element, or between the four around. Default `'nearest'`. */
  readonly mode?: 'nearest' | 'bilinear';
  /** Bilinear: the centres of the corners stay where they are, instead of the corners. Default false. */
  readonly alignCorners?: boolean;
}

const names = ['size', 'scaleFactor', 'mode', 'alignCorners'] as const;

/**
 * Enlarges (or shrinks) images: (N, C, H, W) → (N, C, H', W').
 *
 * Output element i takes what stands at $(i + \frac12) \cdot s - \frac12$, with s = H / H', cut off at 0 and H - 1: by linear
 * interpolation along both dimensions, or the element at ⌊i·s⌋. Same as `torch.nn.functional.interpolate` for these two modes;
 * s is always the ratio of the sizes, and what has no weight does not count, though it be NaN or Infinity.
 *
 * @throws {@link ShapeError} if the input is no batch of images or they are empty.
 * @throws RangeError unless there is one of size and scaleFactor.
 *
 * @example
 * import { upsample } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([[[[1, 3]]]]);
 * upsample(x, { scaleFactor: 2 }).toArray(); // => [[[[1,1,3,3],[1,1,3,3]]]]
 * upsample(x, { size: [1, 4], mode: 'bilinear' }).toArray(); // => [[[[1,1.5,2.5,3]]]]
 *
 * @category Resampling
 */
export function upsample(input: Tensor, options: UpsampleOptions): Tensor {
  const given = optionsOf('upsample', options, names);
  checkImages('upsample', input, 2);
  const { mode = 'nearest', alignCorners = false } = given;
  const [height, width] = sizeAfter(input, given);
  if (input.shape[2] === 0 || input.shape[3] === 0) {
    throw new ShapeError(
      `upsample: the images must have at least one element, got ${formatShape(input.shape)}. Leave empty images out.`,
    );
  }
  if (mode === 'nearest') return nearest(input, height, width);
  const image = isFloatingPoint(input.dtype) ? input : input.cast('float32');
  return linear(linear(image, 3, width, alignCorners), 2, height, alignCorners);
}

function nearest(input: Tensor, height: number, width: number): Tensor {
  const [n, c, h, w] = input.shape;
  const [rows, columns] = [nearestOf(h!, height), nearestOf(w!, width)];
  if (isFloatingPoint(input.dtype)) {
    // Rows are copied whole: first where they become fewer, last where they become more.
    return height < h!
      ? resample(resample(input, 2, rows), 3, columns)
      : resample(resample(input, 3, columns), 2, rows);
  }
  const from = Array.from(rows).flatMap((row) =>
    Array.from(columns, (column) => row * w! + column),
  );
  const options = { dtype: 'int32', backend: input.backend } as const;
  const places = tensor(from, [1, 1, height, width], options);
  const index = places.broadcastTo([n!, c!, height, width]);
  return run(takePlanes, [input, index], { windows: null, none: 0 });
}

/** For each of `count` elements the nearest one of `size`. */
function nearestOf(size: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}

function sizeAfter(input: Tensor, { size, scaleFactor }: UpsampleOptions): [number, number] {
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw new RangeError('upsample: give either size or scaleFactor.');
  }
  if (size !== undefined) {
    const [height, width] = perDimension('upsample', 'size', size, 2, 1);
    return [height!, width!];
  }
  const scales = typeof scaleFactor === 'number' ? [scaleFactor, scaleFactor] : scaleFactor!;
  const [height, width] = input.shape.slice(2).map((s, i) => Math.floor(s * scales[i]!));
  perDimension('upsample', 'the size of the result', [height!, width!], 2, 1);
  return [height!, width!];
}

/** Linear interpolation along one dimension. */
function linear(input: Tensor, dim: number, count: number, alignCorners: boolean): Tensor {
  const size = input.shape[dim]!;
  if (count === size) return input;
  const low = new Int32Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const aligned = count > 1 ? (i * (size - 1)) / (count - 1) : 0;
    const at = alignCorners ? aligned : Math.max(((i + 0.5) * size) / count - 0.5, 0);
    low[i] = Math.min(Math.floor(at), size - 1);
    // Behind the middle of the last element there is nothing to go towards.
    weights[i] = low[i] === size - 1 ? 0 : at - low[i]!;
  }
  return resample(input, dim, low, weights);
}

/** Along one dimension each element between two of the input: `places[i]` and the next, `weights[i]` of the way. */
function resample(
  input: Tensor,
  dim: number,
  places: Int32Array,
  weights: Float64Array = new Float64Array(places.length),
): Tensor {
  const { dtype, backend } = input;
  return run(
    interpolate,
    [input, tensor(places, { dtype: 'int32', backend }), tensor(weights, { dtype, backend })],
    { dim, size: places.length },
  );
}

/**
 * Enlarges (or shrinks) images: (N, C, H, W) → (N, C, H', W'); see `upsample`.
 *
 * $$ y_i = x_{\lfloor i s \rfloor}, \quad \text{or between the neighbours of } (i + \tfrac12) s - \tfrac12, \quad s = H / H' $$
 *
 * along both dimensions. Same as `torch.nn.Upsample` for its modes `'nearest'` and `'bilinear'`. `forward` throws as
 * `upsample`.
 *
 * @example
 * import { Upsample } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * new Upsample({ scaleFactor: 2, mode: 'bilinear' }).forward(randn([1, 3, 8, 8])).shape; // => [1,3,16,16]
 *
 * @category Resampling
 */
export class Upsample extends Module {
  /** Size or scale, and mode. */
  readonly options: UpsampleOptions;

  constructor(options: UpsampleOptions) {
    super();
    this.options = optionsOf('Upsample', options, names);
  }

  forward(input: Tensor): Tensor {
    return upsample(input, this.options);
  }

  override extraRepr(): string {
    return describe({ ...this.options });
  }
}
