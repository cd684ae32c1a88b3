/** Rows of layers-cnn. */
import type { DType } from '@kasane/tensor-core';
import type { Draw } from './draw.ts';
import { call, method, type Value } from './program.ts';
import { batchNorm, layer, like, typed } from './rows-layers.ts';
import type { Row, Table } from './rows.ts';
import { floatDType, given, shapeOf, size, tensorOf } from './values.ts';

type Options = Record<string, Value>;

/** A number for all dimensions, or one for each. */
const each = (d: Draw, dims: number, values: readonly number[]): Value => {
  const one = (): number => values[d.int(0, values.length - 1)]!;
  return d.chance(30) ? d.list(dims, one) : one();
};

const some = (d: Draw, key: string, draw: () => Value, percent: number = 40): Options =>
  d.chance(percent) ? { [key]: draw() } : {};

/** Batches and channels before, and sizes of the planes. */
const planes = (d: Draw, dims: number): number[] => d.list(dims, () => size(d));

interface Shaped {
  readonly input: readonly number[];
  readonly weight: readonly number[];
  readonly outputs: number;
  readonly groups: number;
  readonly options: Options;
}

/** The shapes of a convolution, or of a transposed one, and its options. */
function convolution(d: Draw, dims: number, transposed: boolean): Shaped {
  const groups = d.chance(30) ? d.int(1, 3) : 1;
  const [perIn, perOut] = [d.int(1, 2), d.int(1, 2)];
  const kernel = d.list(dims, () => d.pick([1, 2, 3]));
  const padding = (): Value =>
    !transposed && d.chance(20) ? d.pick(['same', 'valid']) : each(d, dims, [1, 0, 2]);
  const options = {
    ...some(d, 'stride', () => each(d, dims, [2, 1, 3])),
    ...some(d, 'padding', padding),
    ...some(d, 'dilation', () => each(d, dims, [2, 1, 3])),
    ...(transposed ? some(d, 'outputPadding', () => each(d, dims, [1, 0, 2]), 30) : {}),
    ...(groups > 1 ? { groups } : {}),
  };
  const channels = groups * perIn + (d.chance(3) ? 1 : 0);
  const input = [d.pick([1, 2, 3, 0]), channels, ...planes(d, dims)];
  const weight = transposed
    ? [groups * perIn, perOut, ...kernel]
    : [groups * perOut, perIn, ...kernel];
  return { input, weight, outputs: groups * perOut, groups, options };
}

/**
 * What is convolved. Kernels may multiply the zeros of padding, as `conv2d` and `convTranspose2d` say: by weights,
 * which are finite here, and for the gradient of the weights by what is given to a transposed convolution.
 */
const convInput = (
  d: Draw,
  shape: readonly number[],
  padded: boolean,
  dtype: DType = floatDType(d),
): Value => tensorOf(d, shape, { dtype, range: padded ? 'finite' : 'tame' });

const conv =
  (dims: number, transposed: boolean): Row =>
  (d, name, order) => {
    const { input, weight, outputs, options } = convolution(d, dims, transposed);
    const dtype = floatDType(d);
    const of = (shape: readonly number[]): Value => tensorOf(d, shape, { dtype, range: 'finite' });
    const bias = d.chance(50) ? of([outputs]) : null;
    return call(
      name,
      convInput(d, input, order > 0 && transposed, dtype),
      of(weight),
      bias,
      options,
    );
  };

const convLayer =
  (dims: number, transposed: boolean): Row =>
  (d, name, order) => {
    const { input, weight, outputs, options } = convolution(d, dims, transposed);
    const inputs = transposed ? weight[0]! : weight[1]! * ((options['groups'] as number) ?? 1);
    const how = { ...options, ...typed(d), ...(d.chance(20) ? { bias: false } : {}) };
    const args = [inputs, outputs, weight.slice(2), how];
    return method(layer(d, name, args), 'forward', convInput(d, input, order > 0 && transposed));
  };

/** Channels are given; groups are the layer's own. */
const channelwise: Row = (d, name) => {
  const { input, weight, options } = convolution(d, 2, false);
  const { groups: _, ...rest } = options;
  const inputs = input[1]!;
  const outputs = inputs * d.int(1, 2);
  return method(
    layer(d, name, [inputs, outputs, weight.slice(2), { ...rest, ...typed(d) }]),
    'forward',
    convInput(d, input, false),
  );
};

const pooling = (d: Draw, dims: number, maximum: boolean): [kernel: Value, options: Options] => [
  each(d, dims, [2, 1, 3]),
  {
    ...some(d, 'stride', () => each(d, dims, [1, 2, 3])),
    ...some(d, 'padding', () => each(d, dims, [1, 0])),
    ...some(d, 'ceilMode', () => true, 25),
    ...(maximum
      ? some(d, 'dilation', () => each(d, dims, [2, 1, 3, 5]), 25)
      : some(d, 'countIncludePad', () => false, 30)),
  },
];

const images = (d: Draw, dims: number): number[] => [
  d.pick([1, 2, 0]),
  d.pick([1, 2, 3, 0]),
  ...planes(d, dims),
];

const pool =
  (dims: number, maximum: boolean): Row =>
  (d, name) => {
    const [kernel, options] = pooling(d, dims, maximum);
    return call(name, like(d, images(d, dims)), kernel, options);
  };

const poolLayer =
  (dims: number, maximum: boolean): Row =>
  (d, name) => {
    const [kernel, options] = pooling(d, dims, maximum);
    return method(layer(d, name, [kernel, options]), 'forward', like(d, images(d, dims)));
  };

const outputSize = (d: Draw): Value =>
  d.chance(50) ? d.int(1, 4) : [d.int(1, 4) - (d.chance(5) ? 1 : 0), d.int(1, 4)];

const adaptive: Row = (d, name) => call(name, like(d, images(d, 2)), outputSize(d));

const adaptiveLayer: Row = (d, name) =>
  method(layer(d, name, [outputSize(d)]), 'forward', like(d, images(d, 2)));

const globalPool: Row = (d, name) =>
  method(layer(d, name, []), 'forward', like(d, shapeOf(d, 3, 4)));

/** What max pooling gave, put back where it was. */
const unpooled = (d: Draw): [x: Value, indices: Value, kernel: Value, options: Options] => {
  const [n, c, h, w] = [d.pick([1, 2, 0]), d.int(1, 2), d.int(1, 3), d.int(1, 3)];
  const length = n * c * h * w;
  const places = d.list(length, () => d.int(0, 4 * h * w - 1 + (d.chance(1) ? 1 : 0)));
  return [
    like(d, [n, c, h, w]),
    given(places, [n, c, h, w], 'int32'),
    2,
    some(d, 'outputSize', () => [2 * h + d.int(0, 1), 2 * w], 25),
  ];
};

const windows = (d: Draw): [kernel: Value, options: Options] => [
  each(d, 2, [2, 1, 3]),
  {
    ...some(d, 'stride', () => each(d, 2, [2, 1])),
    ...some(d, 'padding', () => each(d, 2, [1, 0])),
    ...some(d, 'dilation', () => each(d, 2, [2, 1])),
  },
];

/** Blocks as unfold would give them, in most cases. */
function blocks(d: Draw): [input: Value, outputSize: Value, kernel: Value, options: Options] {
  const [kernel, stride, padding] = [d.int(1, 3), d.int(1, 2), d.int(0, 1)];
  const output = [d.int(1, 6), d.int(1, 6)];
  const count = output.map((n) => Math.floor((n + 2 * padding - kernel) / stride) + 1);
  const shape = [d.pick([1, 2, 0]), d.int(1, 2) * kernel ** 2, Math.max(0, count[0]! * count[1]!)];
  return [like(d, shape), output, kernel, { stride, padding }];
}

const upsampling = (d: Draw): Options => ({
  ...(d.chance(50) ? { scaleFactor: each(d, 2, [2, 1, 3]) } : { size: each(d, 2, [4, 1, 5, 7]) }),
  ...(d.chance(50) ? { mode: 'bilinear' } : {}),
  ...(d.chance(25) ? { alignCorners: true } : {}),
});

/** Convolutions, pooling, and what belongs to them. */
export const cnnRows: Table = {
  conv1d: conv(1, false),
  conv2d: conv(2, false),
  conv3d: conv(3, false),
  convTranspose1d: conv(1, true),
  convTranspose2d: conv(2, true),
  Conv1d: convLayer(1, false),
  Conv2d: convLayer(2, false),
  Conv3d: convLayer(3, false),
  ConvTranspose1d: convLayer(1, true),
  ConvTranspose2d: convLayer(2, true),
  DepthwiseConv2d: channelwise,
  SeparableConv2d: channelwise,
  maxPool1d: pool(1, true),
  maxPool2d: pool(2, true),
  maxPool2dWithIndices: pool(2, true),
  avgPool1d: pool(1, false),
  avgPool2d: pool(2, false),
  MaxPool1d: poolLayer(1, true),
  MaxPool2d: poolLayer(2, true),
  AvgPool1d: poolLayer(1, false),
  AvgPool2d: poolLayer(2, false),
  adaptiveAvgPool2d: adaptive,
  adaptiveMaxPool2d: adaptive,
  AdaptiveAvgPool2d: adaptiveLayer,
  AdaptiveMaxPool2d: adaptiveLayer,
  GlobalAvgPool: globalPool,
  GlobalMaxPool: globalPool,
  maxUnpool2d: (d, name) => call(name, ...unpooled(d)),
  MaxUnpool2d: (d, name) => {
    const [x, indices, ...args] = unpooled(d);
    return method(layer(d, name, args), 'forward', x, indices);
  },
  unfold: (d, name) => call(name, like(d, images(d, 2)), ...windows(d)),
  Unfold: (d, name) => method(layer(d, name, windows(d)), 'forward', like(d, images(d, 2))),
  fold: (d, name) => call(name, ...blocks(d)),
  Fold: (d, name) => {
    const [input, ...args] = blocks(d);
    return method(layer(d, name, args), 'forward', input);
  },
  upsample: (d, name) => call(name, like(d, images(d, 2)), upsampling(d)),
  Upsample: (d, name) => method(layer(d, name, [upsampling(d)]), 'forward', like(d, images(d, 2))),
  PixelShuffle: (d, name) => {
    const factor = d.int(1, 3);
    const input = [d.pick([1, 2, 0]), factor ** 2 * d.int(1, 2), size(d), size(d)];
    return method(layer(d, name, [factor]), 'forward', like(d, input));
  },
  BatchNorm2d: batchNorm((d) => planes(d, 2)),
  InstanceNorm2d: (d, name) => {
    const channels = d.int(1, 3);
    const how = { ...typed(d), ...(d.chance(40) ? { affine: true } : {}) };
    const input = like(d, [d.pick([1, 2, 0]), channels, ...planes(d, 2)]);
    return method(layer(d, name, [channels, how]), 'forward', input);
  },
  LocalResponseNorm: (d, name) => {
    const how = some(d, 'alpha', () => d.pick([1, 0.1]));
    const input = like(d, shapeOf(d, 3, 4), 'near');
    return method(layer(d, name, [d.int(1, 5), how]), 'forward', input);
  },
  ConvLayer: 'the class that convolutions extend',
  ConvEmbedding: 'made of layers that have rows',
  PrototypicalNetwork: 'made of layers that have rows',
  SiameseNetwork: 'made of layers that have rows',
};
