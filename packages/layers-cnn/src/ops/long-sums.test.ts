/** Long sums on gpu() are as close to the true ones as those of wasm(). */
import { gradients } from '@kasane/autograd';
import { Generator, rand, reference, tensor, type Tensor } from '@kasane/tensor-core';
import { gpu } from '@kasane/tensor-core/gpu';
import { describe, expect, it } from 'vitest';
import { avgPool2d, conv2d } from '../index.ts';

const modes = 'document' in globalThis ? (['webgl2', 'webgpu'] as const) : (['webasm'] as const);
const ROUNDING = 2 ** -24; // half a unit in the last place of float32

const generator = new Generator(1);
const cases: readonly {
  readonly of: string;
  readonly shapes: readonly (readonly number[])[];
  compute(x: Tensor, w: Tensor): Tensor;
}[] = [
  {
    of: 'the gradient of a filter over 64 images of 28 × 28',
    shapes: [
      [64, 1, 28, 28],
      [2, 1, 3, 3],
    ],
    compute(x, w) {
      w.requiresGrad = true;
      return gradients([conv2d(x, w, null, { padding: 1 }).sum()], [w])[0]!;
    },
  },
  {
    of: 'a convolution of 64 channels',
    shapes: [
      [1, 64, 12, 12],
      [3, 64, 5, 5],
    ],
    compute: (x, w) => conv2d(x, w),
  },
  {
    of: 'the mean of a plane',
    shapes: [[2, 3, 60, 60], [1]],
    compute: (x) => avgPool2d(x, 60),
  },
];

/** How far off, relative to the largest. */
function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  const [values, off] = [Array.from(want), Array.from(want, (w, i) => Math.abs(w - got[i]!))];
  return Math.max(...off) / Math.max(...values.map(Math.abs));
}

describe.each(modes)('gpu in mode %s', (mode) => {
  it.each(cases)('$of', async ({ shapes, compute }) => {
    const inputs = shapes.map((shape) => rand(shape, { generator })) as [Tensor, Tensor]; // as there are shapes
    const there = inputs.map((x) => x.to(gpu({ mode }))) as typeof inputs;
    const exact = inputs.map((x) =>
      tensor(Float64Array.from(x.dataSync()), x.shape, { dtype: 'float64', backend: reference() }),
    ) as typeof inputs;
    const want = compute(...exact).dataSync();
    const here = distance(compute(...inputs).dataSync(), want);
    const got = distance(await compute(...there).data(), want);
    expect(got).toBeLessThanOrEqual(5 * Math.max(here, ROUNDING));
  });
});
