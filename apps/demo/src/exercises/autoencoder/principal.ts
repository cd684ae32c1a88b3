import type { LabeledImages } from '@kasane/datasets';
import { noGrad, randn, scope, tensor, type Generator, type Tensor } from '@kasane/tensor-core';
import type { ProgressEvent } from '../../events/event.ts';
import type { AsyncPart } from '../../exercise.ts';

const ROUNDS = 40; // of the subspace iteration
const MORE = 32; // directions beside those that are wanted, which let these settle soon

/** Principal components of pictures. */
export interface Principal {
  /** (1, pixels) */
  readonly mean: Tensor;
  /** (count, pixels), orthonormal. */
  readonly components: Tensor;
  /** The mean squared distance of pictures from the mean one, for each pixel. */
  readonly baseline: number;
}

/**
 * The directions in which pictures differ most: the covariance, applied again and again to a few directions that are made orthogonal each
 * time, turns them into its eigenvectors of the largest eigenvalues.
 */
export async function* principal(
  images: LabeledImages,
  count: number,
  generator: Generator,
  progress: ProgressEvent,
): AsyncPart<never, Principal> {
  const rows = Array.from({ length: images.length }, (_, i) => i);
  const { mean, covariance } = scope(() =>
    noGrad(() => {
      const x = images.getBatch(rows)[0].flatten(1); // (N, pixels)
      const center = x.mean(0, { keepdim: true });
      const apart = x.sub(center);
      return { mean: center, covariance: apart.t().matmul(apart).div(images.length) };
    }),
  );
  yield progress;
  const pixels = mean.shape[1]!;
  const tried = Math.min(count + MORE, pixels);
  let basis = orthonormal(await numbers(randn([tried, pixels], { generator })), tried);
  for (let round = 0; round < ROUNDS; round++) {
    const turned = scope(() =>
      tensor(basis, [tried, pixels], { dtype: 'float32' }).matmul(covariance),
    );
    basis = orthonormal(await numbers(turned), tried);
    yield progress;
  }
  const baseline = scope(() => covariance.diag().mean());
  const result = {
    mean,
    components: tensor(basis.slice(0, count * pixels), [count, pixels], { dtype: 'float32' }),
    baseline: (await numbers(baseline))[0]!,
  };
  covariance.dispose();
  return result;
}

/** Pictures (B, 1, H, W) as the sum of the mean one and their parts along the components. */
export function rebuiltFrom({ mean, components }: Principal, x: Tensor): Tensor {
  const along = x.flatten(1).sub(mean).matmul(components.t()); // (B, count)
  return along.matmul(components).add(mean).reshape(x.shape);
}

/** The values of a tensor, which is freed. */
async function numbers(t: Tensor): Promise<Float64Array> {
  const values = Float64Array.from(await t.data(), Number);
  t.dispose();
  return values;
}

/** Gram-Schmidt: rows of length 1, each orthogonal to those before. */
function orthonormal(values: Float64Array, rows: number): Float64Array {
  const n = values.length / rows;
  for (let i = 0; i < rows; i++) {
    const own = values.subarray(i * n, (i + 1) * n);
    for (let j = 0; j < i; j++) {
      const other = values.subarray(j * n, (j + 1) * n);
      let dot = 0;
      for (let k = 0; k < n; k++) dot += own[k]! * other[k]!;
      for (let k = 0; k < n; k++) own[k]! -= dot * other[k]!;
    }
    let square = 0;
    for (let k = 0; k < n; k++) square += own[k]! ** 2;
    const length = Math.sqrt(square);
    for (let k = 0; k < n; k++) own[k]! /= length;
  }
  return values;
}
