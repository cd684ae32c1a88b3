import { Module } from '@kasane/nn';
import type { Tensor } from '@kasane/tensor-core';
import {
  goldenCase,
  loadGoldens,
  testLayer,
  type GoldenOptions,
  type TestedLayer,
} from '@kasane/testing';
import {
  AdaptiveAvgPool2d,
  AdaptiveMaxPool2d,
  AvgPool1d,
  AvgPool2d,
  BatchNorm2d,
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  DepthwiseConv2d,
  Fold,
  GlobalAvgPool,
  GlobalMaxPool,
  InstanceNorm2d,
  LocalResponseNorm,
  MaxPool1d,
  MaxPool2d,
  maxUnpool2d,
  PixelShuffle,
  SeparableConv2d,
  Unfold,
  Upsample,
  type MaxPoolOptions,
} from '@kasane/layers-cnn';
import { goldenOf, type Recorded } from './recorded.ts';

const recorded = loadGoldens<Recorded>(new URL('./fixtures/layers.json', import.meta.url));

function check(name: string, make: (options: Partial<GoldenOptions>) => TestedLayer): void {
  testLayer(name, { make, golden: goldenOf(goldenCase(recorded, name), make({})) });
}

for (const stride of [1, 2]) {
  for (const padding of [0, 1]) {
    for (const dilation of [1, 2]) {
      for (const groups of [1, 2]) {
        const options = { stride, padding, dilation, groups };
        const how = `stride ${stride}, padding ${padding}, dilation ${dilation}, groups ${groups}`;
        const outputPadding = stride - 1;
        check(`conv2d, ${how}`, (o) => new Conv2d(4, 6, [3, 2], { ...options, ...o }));
        check(
          `transposed 2d, ${how}`,
          (o) => new ConvTranspose2d(4, 6, [3, 2], { outputPadding, ...options, ...o }),
        );
      }
    }
  }
}
check('conv2d, same', (o) => new Conv2d(4, 3, [4, 3], { padding: 'same', dilation: [1, 2], ...o }));
check('conv2d, 1 by 1, no bias', (o) => new Conv2d(4, 3, 1, { bias: false, ...o }));
check(
  'conv2d, unequal',
  (o) => new Conv2d(4, 3, [2, 3], { stride: [3, 2], padding: [0, 2], ...o }),
);
check('conv1d', (o) => new Conv1d(4, 3, 3, o));
check(
  'conv1d, stride, padding, dilation',
  (o) => new Conv1d(4, 3, 3, { stride: 2, padding: 2, dilation: 2, ...o }),
);
check(
  'conv1d, same, groups, no bias',
  (o) => new Conv1d(4, 6, 4, { padding: 'same', groups: 2, bias: false, ...o }),
);
check('conv3d', (o) => new Conv3d(2, 3, 2, o));
check('conv3d, stride, padding, dilation, groups', (o) => {
  const steps = { stride: [2, 1, 2], padding: [1, 2, 0], dilation: [1, 2, 3], groups: 2 };
  return new Conv3d(2, 4, [2, 3, 2], { ...steps, ...o });
});
check('depthwise', (o) => new DepthwiseConv2d(4, 8, 3, { padding: 1, ...o }));
check('separable', (o) => new SeparableConv2d(3, 4, 3, { stride: 2, padding: 1, ...o }));
check('transposed 1d', (o) => new ConvTranspose1d(4, 3, 4, { stride: 2, padding: 1, ...o }));
check('transposed 1d, output padding, dilation, groups', (o) => {
  const steps = { stride: 3, outputPadding: 2, dilation: 2, groups: 2, bias: false };
  return new ConvTranspose1d(4, 6, 3, { ...steps, ...o });
});

check('max pool 1d', () => new MaxPool1d(3));
check('max pool 1d, all', () => new MaxPool1d(3, { stride: 2, padding: 1, dilation: 2 }));
check('max pool', () => new MaxPool2d(2));
check('max pool, wide', () => new MaxPool2d(2));
check('max pool, overlapping', () => new MaxPool2d(3, { stride: 1, padding: 1 }));
check('max pool, all', () => {
  return new MaxPool2d([3, 2], { stride: [2, 1], padding: [1, 1], dilation: [2, 3] });
});
check('max pool, ceil', () => new MaxPool2d(3, { stride: 2, padding: 1, ceilMode: true }));
check('max pool, ceil without the last', () => new MaxPool2d(2, { stride: 3, ceilMode: true }));

/** Pooling and back. */
class Unpool extends Module {
  readonly #pool: MaxPool2d;

  constructor(options: MaxPoolOptions = {}) {
    super();
    this.#pool = new MaxPool2d(2, options);
  }

  forward(input: Tensor): Tensor {
    const { values, indices } = this.#pool.withIndices(input);
    return maxUnpool2d(values.square(), indices, 2, { outputSize: input.shape.slice(2) });
  }
}

check('max unpool', () => new Unpool());
check('max unpool, odd', () => new Unpool({ stride: 2 }));
check('avg pool 1d', () => new AvgPool1d(3, { stride: 2, padding: 1 }));
check('avg pool', () => new AvgPool2d(2));
check('avg pool, padding', () => new AvgPool2d(3, { stride: 2, padding: 1 }));
check(
  'avg pool, without padding',
  () => new AvgPool2d(3, { stride: 2, padding: 1, countIncludePad: false }),
);
check('avg pool, ceil', () => new AvgPool2d([3, 2], { stride: 2, padding: 1, ceilMode: true }));
check('avg pool, ceil without padding', () => {
  return new AvgPool2d(3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false });
});
check('adaptive avg pool', () => new AdaptiveAvgPool2d([3, 2]));
check('adaptive avg pool, even', () => new AdaptiveAvgPool2d([5, 2]));
check('adaptive avg pool, more', () => new AdaptiveAvgPool2d(8));
check('adaptive max pool', () => new AdaptiveMaxPool2d([3, 2]));
check('global avg pool', () => new GlobalAvgPool());
check('global max pool', () => new GlobalMaxPool());

check('batch norm', (o) => new BatchNorm2d(4, o));
check('batch norm, cumulative', (o) => new BatchNorm2d(4, { eps: 0.01, momentum: null, ...o }));
check(
  'batch norm, bare',
  (o) => new BatchNorm2d(3, { affine: false, trackRunningStats: false, ...o }),
);
check('instance norm', (o) => new InstanceNorm2d(4, o));
check('instance norm, affine', (o) => new InstanceNorm2d(3, { eps: 0.1, affine: true, ...o }));
check('local response norm', () => new LocalResponseNorm(3, { alpha: 0.5 }));
check('local response norm, even', () => new LocalResponseNorm(4, { alpha: 0.3, beta: 0.5, k: 2 }));

check('unfold', () => new Unfold(2));
check('unfold, all', () => {
  return new Unfold([2, 3], { dilation: [2, 1], padding: 1, stride: [1, 2] });
});
check('fold', () => new Fold([4, 5], 2));
check('fold, all', () => {
  return new Fold([7, 5], [2, 3], { dilation: [2, 1], padding: 1, stride: [1, 2] });
});
check('upsample', () => new Upsample({ scaleFactor: 2 }));
check('upsample to a size', () => new Upsample({ size: [7, 4] }));
check('upsample, bilinear', () => new Upsample({ scaleFactor: 2, mode: 'bilinear' }));
check('upsample to a size, bilinear', () => new Upsample({ size: [3, 11], mode: 'bilinear' }));
check(
  'upsample, aligned',
  () => new Upsample({ size: [9, 4], mode: 'bilinear', alignCorners: true }),
);
check('pixel shuffle', () => new PixelShuffle(2));
