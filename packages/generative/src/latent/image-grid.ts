import {
  formatShape,
  optionsOf,
  requireThat,
  requireTensor,
  requireWhole,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';

/** Options of `imageGrid`. */
export interface ImageGridOptions {
  /** Pictures in a row. Default 8. */
  readonly columns?: number;
  /** Pixels around each picture. Default 2. */
  readonly padding?: number;
  /** What lies between pictures. Default 0. */
  readonly padValue?: number;
}

/**
 * Pictures (N, C, H, W) side by side, row after row, as one, (C, H′, W′). Fewer pictures than `columns` make a shorter row; what is left of
 * the last one is `padValue`.
 *
 * $$ H' = \text{rows} \cdot (H + \text{padding}) + \text{padding}, \quad W' = \text{columns} \cdot (W + \text{padding}) + \text{padding} $$
 *
 * Same as `torchvision.utils.make_grid`, but `nrow` is `columns`, grey pictures stay grey, and a single picture has its margin, too.
 *
 * @throws {@link ShapeError} if images are not (N, C, H, W), N > 0.
 * @throws RangeError if `columns` is not a whole number of at least 1, `padding` not one of at least 0, or `padValue` is not finite.
 *
 * @example
 * import { imageGrid } from '@kasane/generative';
 * import { ones } from '@kasane/tensor-core';
 * imageGrid(ones([10, 1, 28, 28]), { columns: 5 }).shape; // => [1,62,152]
 * @category Latent spaces
 */
export function imageGrid(images: Tensor, options?: ImageGridOptions): Tensor {
  const owner = 'imageGrid';
  const names = ['columns', 'padding', 'padValue'] as const;
  const { columns = 8, padding = 2, padValue = 0 } = optionsOf(owner, options, names);
  requireTensor(owner, 'images', images);
  requireWhole(owner, 'columns', columns, 1);
  requireWhole(owner, 'padding', padding);
  requireThat(Number.isFinite(padValue), owner, 'padValue', padValue, 'a finite number');
  const [N = 0, C = 0, H = 0, W = 0] = images.shape;
  if (images.ndim !== 4 || N === 0) {
    throw new ShapeError(
      `${owner}: images must be (N, C, H, W), at least one, got ${formatShape(images.shape)}.`,
    );
  }
  const across = Math.min(columns, N);
  const down = Math.ceil(N / across);
  const value = { value: padValue };
  return images
    .pad(
      [
        [0, across * down - N],
        [0, 0],
        [0, padding],
        [0, padding],
      ],
      value,
    )
    .reshape([down, across, C, H + padding, W + padding])
    .permute([2, 0, 3, 1, 4])
    .reshape([C, down * (H + padding), across * (W + padding)])
    .pad(
      [
        [0, 0],
        [padding, 0],
        [padding, 0],
      ],
      value,
    );
}
