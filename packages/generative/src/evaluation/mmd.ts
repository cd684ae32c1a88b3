import { optionsOf, scope, shown, type Tensor } from '@kasane/tensor-core';
import { requireSamples } from './given.ts';

/** Options of `mmd`. */
export interface MmdOptions {
  /** The widths σ of the kernels, whose mean is taken. Default: the median distance between points of both samples together, of 500 if there are more. */
  readonly bandwidth?: number | readonly number[];
}

/**
 * The squared maximum mean discrepancy of two samples, with Gaussian kernels: how far apart the distributions are that they were drawn from.
 *
 * $$ \frac{1}{n(n-1)}\sum_{i \ne j} k(x_i, x_j) + \frac{1}{m(m-1)}\sum_{i \ne j} k(y_i, y_j) - \frac{2}{nm}\sum_{i,j} k(x_i, y_j), \quad k(x, y) = e^{-\lVert x-y\rVert^2 / 2\sigma^2} $$
 *
 * | tensor | shape  |
 * | ------ | ------ |
 * | x      | (N, D) |
 * | y      | (M, D) |
 * | output | ()     |
 *
 * The estimate is unbiased, so it can be below 0. It is differentiable; in a compiled function the bandwidth must be given, since the
 * median needs values.
 *
 * @throws {@link ShapeError} if the samples are not (N, D) and (M, D), of at least 2 points each.
 * @throws RangeError if there is no bandwidth or one that is not above 0.
 *
 * @example
 * import { mmd } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * mmd(tensor([[0], [0]]), tensor([[9], [9]]), { bandwidth: 1 }).item().toFixed(3); // => 2.000
 *
 * @see Gretton et al. (2012), A Kernel Two-Sample Test.
 * @category Evaluation
 */
export function mmd(x: Tensor, y: Tensor, options?: MmdOptions): Tensor {
  const { bandwidth } = optionsOf('mmd', options, ['bandwidth']);
  requireSamples('mmd', x, y, 2);
  // Kernels of all pairs are large: without gradients, nothing of them is needed later.
  const isKept = x.requiresGrad || y.requiresGrad;
  return isKept ? discrepancy(x, y, bandwidth) : scope(() => discrepancy(x, y, bandwidth));
}

function discrepancy(x: Tensor, y: Tensor, bandwidth: MmdOptions['bandwidth']): Tensor {
  const [n, m] = [x.shape[0]!, y.shape[0]!];
  // Distances do not change with the origin, and small numbers lose less in their squares.
  const origin = x.mean(0).detach();
  const [a, b] = [x.sub(origin), y.sub(origin)];
  const [within, other, between] = [distances(a, a), distances(b, b), distances(a, b)];
  const widths = bandwidth === undefined ? [median(a, b)] : [bandwidth].flat();
  if (widths.length === 0)
    throw new RangeError('mmd: bandwidth must hold at least one width, got none.');
  let total: Tensor | undefined;
  for (const width of widths) {
    if (!(typeof width === 'number' && width > 0 && width < Infinity)) {
      throw new RangeError(`mmd: bandwidth must be a number above 0, got ${shown(width)}.`);
    }
    const sum = (squared: Tensor): Tensor =>
      squared
        .mul(-0.5 / width ** 2)
        .exp()
        .sum();
    // The kernel of a point with itself is 1.
    const one = sum(within)
      .sub(n)
      .div(n * (n - 1));
    const two = sum(other)
      .sub(m)
      .div(m * (m - 1));
    const value = one.add(two).sub(sum(between).mul(2 / (n * m)));
    total = total ? total.add(value) : value;
  }
  return total!.div(widths.length);
}

/** Squared distances between all points of a (N, D) and b (M, D): (N, M). @internal */
export function distances(a: Tensor, b: Tensor): Tensor {
  const squares = a.square().sum(1).unsqueeze(1).add(b.square().sum(1).unsqueeze(0));
  return squares.sub(a.matmul(b.t()).mul(2)).clamp(0);
}

const LOOKED_AT = 250;

/** The median distance that is not 0 of the points of both samples, or 1 if all are the same. */
function median(a: Tensor, b: Tensor): number {
  const points = [...evenly(a), ...evenly(b)];
  const squared: number[] = [];
  for (let i = 0; i < points.length; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let d = 0; d < points[i]!.length; d++) sum += (points[i]![d]! - points[j]![d]!) ** 2;
      if (sum > 0) squared.push(sum);
    }
  }
  const sorted = Float64Array.from(squared).sort();
  return sorted.length === 0 ? 1 : Math.sqrt(sorted[sorted.length >> 1]!);
}

/** Points of a sample (N, D): all, or some that are evenly spread over it. */
function evenly(sample: Tensor): Float64Array[] {
  const [N, D] = sample.shape as [number, number];
  const values = Float64Array.from(sample.dataSync(), Number);
  const count = Math.min(N, LOOKED_AT);
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor((i * N) / count);
    return values.subarray(row * D, (row + 1) * D);
  });
}
