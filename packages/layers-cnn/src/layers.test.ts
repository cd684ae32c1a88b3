import { gradients } from '@kasane/autograd';
import { summary, type Module } from '@kasane/nn';
import {
  Generator,
  ones,
  randn,
  reference,
  ShapeError,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import '@kasane/testing';
import { profile } from '@kasane/tensor-core/profile';
import { describe, expect, it } from 'vitest';
import {
  AdaptiveAvgPool2d,
  AvgPool2d,
  BatchNorm2d,
  Conv2d,
  Conv3d,
  ConvTranspose2d,
  DepthwiseConv2d,
  fold,
  Fold,
  GlobalAvgPool,
  InstanceNorm2d,
  LocalResponseNorm,
  MaxPool2d,
  MaxUnpool2d,
  PixelShuffle,
  SeparableConv2d,
  Unfold,
  Upsample,
  upsample,
} from './index.ts';

describe('errors', () => {
  const cases: readonly (readonly [string, () => unknown, new (m?: string) => Error, string])[] = [
    [
      'groups that do not divide',
      () => new Conv2d(6, 4, 3, { groups: 3 }),
      ShapeError,
      'Conv2d: groups must divide inChannels and outChannels, got 3 for 6 and 4.',
    ],
    [
      'negative padding',
      () => new ConvTranspose2d(6, 4, 3, { padding: [0, -1] }),
      RangeError,
      'ConvTranspose2d: padding must be a whole number ≥ 0, got -1.',
    ],
    [
      'a kernel for another number of dimensions',
      () => new Conv3d(6, 4, [3, 3]),
      RangeError,
      'Conv3d: kernelSize must be one number or 3, got 2: 3, 3.',
    ],
    [
      'a sequence for a norm of images',
      () => new BatchNorm2d(3).forward(ones([2, 3, 4])),
      ShapeError,
      'BatchNorm2d: the input must have shape (N, 3, H, W), got [2,3,4].',
    ],
    [
      'images of one pixel',
      () => new InstanceNorm2d(3).forward(ones([2, 3, 1, 1])),
      ShapeError,
      'InstanceNorm2d: the input must have shape (N, 3, H, W) with more than one element per channel, got [2,3,1,1].',
    ],
    [
      'no channels',
      () => new LocalResponseNorm(3).forward(ones([2, 3])),
      ShapeError,
      'LocalResponseNorm: the input must have shape (N, C, ...), got [2,3]. Unsqueeze it.',
    ],
    [
      'nothing to pool',
      () => new GlobalAvgPool().forward(ones([2, 3])),
      ShapeError,
      'GlobalAvgPool: the input must have shape (N, C, ...), got [2,3]. There is nothing to pool.',
    ],
    [
      'no windows',
      () => new AdaptiveAvgPool2d(0).forward(ones([1, 1, 2, 2])),
      RangeError,
      'adaptiveAvgPool2d: outputSize must be a whole number ≥ 1, got 0.',
    ],
    [
      'channels that are no pixels',
      () => new PixelShuffle(2).forward(ones([1, 6, 2, 2])),
      ShapeError,
      'PixelShuffle: the input must have shape (N, C·4, H, W), got [1,6,2,2].',
    ],
    [
      'blocks that do not fit',
      () => fold(ones([1, 4, 3]), [2, 3], 2),
      ShapeError,
      'fold: the input must have shape (N, C·4, 2) for output [2,3], got [1,4,3].',
    ],
    [
      'neither size nor scale',
      () => upsample(ones([1, 1, 2, 2]), {}),
      RangeError,
      'upsample: give either size or scaleFactor.',
    ],
    [
      'a scale that leaves nothing',
      () => upsample(ones([1, 1, 2, 2]), { scaleFactor: 0.1 }),
      RangeError,
      'upsample: the size of the result must be a whole number ≥ 1, got 0.',
    ],
  ];
  it.each(cases)('%s', (_, call, error, message) => {
    expect(call).toThrow(error);
    expect(call).toThrow(message);
  });
});

it('layers say what they are', () => {
  const text = (layer: Module): string => String(layer);
  expect(text(new Conv2d(3, 8, [3, 5], { padding: 'same', bias: false }))).toBe(
    'Conv2d(3, 8, kernelSize=[3,5], stride=1, padding=same, dilation=1, groups=1, bias=false)',
  );
  expect(text(new MaxPool2d(2))).toBe(
    'MaxPool2d(kernelSize=2, stride=2, padding=0, ceilMode=false, dilation=1)',
  );
  expect(text(new AvgPool2d([2, 3]))).toBe(
    'AvgPool2d(kernelSize=[2,3], stride=[2,3], padding=0, ceilMode=false, countIncludePad=true)',
  );
  expect(text(new MaxUnpool2d(2, { stride: 3 }))).toBe('MaxUnpool2d(kernelSize=2, stride=3)');
  expect(text(new AdaptiveAvgPool2d([1, 2]))).toBe('AdaptiveAvgPool2d(outputSize=[1,2])');
  expect(text(new Upsample({ scaleFactor: 2 }))).toBe('Upsample(scaleFactor=2)');
  expect(text(new Unfold(2, { stride: 2 }))).toBe('Unfold(kernelSize=2, stride=2)');
  expect(text(new Fold([4, 4], 2))).toBe('Fold(outputSize=[4,4], kernelSize=2)');
  expect(text(new LocalResponseNorm(5))).toBe('LocalResponseNorm(5, alpha=0.0001, beta=0.75, k=1)');
});

describe('first values', () => {
  it('are drawn from U(-1/√f, 1/√f), with f what an element of the result adds up', () => {
    const generator = new Generator(0);
    const within = (parameter: Tensor, fan: number): void => {
      const largest = parameter.abs().max().item() * Math.sqrt(fan);
      expect(largest).toBeLessThanOrEqual(1);
      expect(largest).toBeGreaterThan(0.9);
    };
    const layer = new Conv2d(8, 16, 5, { groups: 2, generator });
    within(layer.weight, 4 * 25);
    within(layer.bias!, 4 * 25);
    // PyTorch takes the second dimension of the weight, which here is that of the output.
    const transposed = new ConvTranspose2d(8, 16, 5, { groups: 2, generator });
    expect(transposed.weight.shape).toEqual([8, 8, 5, 5]);
    within(transposed.weight, 8 * 25);
  });

  it('are the same for the same seed', () => {
    const drawn = (): Float32Array => {
      const layer = new SeparableConv2d(3, 4, 3, { generator: new Generator(5) });
      return layer.pointwise.weight.dataSync() as Float32Array; // float32 unless told otherwise
    };
    expect(drawn()).toEqual(drawn());
  });
});

it('summary counts the products of a convolution and of its transpose', () => {
  const layer = new Conv2d(4, 6, 3, { groups: 2, padding: 1 });
  expect(summary(layer, [1, 4, 5, 7]).multiplyAdds).toBe(6 * 5 * 7 * 2 * 9);
  const back = new ConvTranspose2d(4, 6, 3, { stride: 2 });
  expect(summary(back, [1, 4, 5, 7]).multiplyAdds).toBe(4 * 5 * 7 * 6 * 9);
  expect(summary(new DepthwiseConv2d(4, 4, 3), [1, 4, 5, 7]).multiplyAdds).toBe(4 * 3 * 5 * 9);
});

it('a convolution with more taps than its kernels have room for is left to the plain loop', () => {
  const layer = new Conv2d(1, 1, [1, 5000], { bias: false });
  layer.weight.assign(ones([1, 1, 1, 5000]));
  const x = zeros([1, 1, 1, 5001]).add(0.5);
  expect(layer.forward(x).toArray()).toEqual([[[[2500, 2500]]]]);
});

describe('flops', () => {
  it('of a convolution and its gradients are those of their products, as profile counts them', () => {
    const layer = new Conv2d(3, 4, 5, { padding: 2 });
    const x = ones([2, 3, 6, 7], { requiresGrad: true });
    const { ops } = profile(() => gradients([layer.forward(x).sum()], [x, layer.weight]));
    const products = 2 * (2 * 4 * 6 * 7) * (3 * 5 * 5);
    for (const name of ['convolution', 'convolutionInput', 'convolutionWeight']) {
      expect(ops.find(({ op }) => op === name)!.flops).toBe(products);
    }
  });
});

describe('ConvTranspose2d of one place', () => {
  it('gives what it gives of that place beside an empty one, with the same gradients', () => {
    const generator = new Generator(1);
    const o = { dtype: 'float64', backend: reference(), generator } as const;
    const layer = new ConvTranspose2d(3, 2, [4, 5], { ...o, stride: 5 });
    const parts = [...layer.parameters()];
    const x = randn([2, 3, 1, 1], { ...o, requiresGrad: true });
    const weights = randn([2, 2, 4, 5], o);
    const alone = layer.forward(x);
    const beside = layer
      .forward(
        x.pad([
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 1],
        ]),
      )
      .slice(3, 0, 5); // two places along the width
    expect(alone.shape).toEqual([2, 2, 4, 5]);
    expect(alone).toBeAllclose(beside, { rtol: 1e-12, atol: 1e-14 });
    const [a, b] = [alone, beside].map((y) => gradients([y.mul(weights).sum()], [x, ...parts]));
    for (const [i, one] of a!.entries()) expect(one!).toBeAllclose(b![i]!, { rtol: 1e-12, atol: 1e-14 }); // prettier-ignore
    expect(layer.forward(randn([0, 3, 1, 1], o)).shape).toEqual([0, 2, 4, 5]);
  });
});
