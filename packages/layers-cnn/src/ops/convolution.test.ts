import { ones, run, ShapeError, type Tensor } from '@kasane/tensor-core';
import { integers, testOp, values, type Sample } from '@kasane/testing';
import { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d } from '../conv.ts';
import { convolutionWeight } from './convolution.ts';

const x = values([2, 4, 5, 6]);
const w = (shape: readonly number[]): ReturnType<typeof values> => values(shape, -1, 1, 1);
const b = (n: number): ReturnType<typeof values> => values([n], -1, 1, 2);

const two = (
  name: string,
  shape: readonly number[],
  options: Parameters<typeof conv2d>[3] = {},
): Sample => ({
  name,
  inputs: [x, w(shape), b(shape[0]!)],
  call: (x, w, b) => conv2d(x, w, b, options),
});

testOp('convolution', {
  products: true,
  samples: [
    two('3 by 3', [3, 4, 3, 3]),
    two('padding', [2, 4, 2, 3], { padding: [1, 2] }),
    two('stride and padding', [7, 4, 3, 3], { stride: [2, 3], padding: 1 }),
    two('same size with an even kernel', [1, 4, 2, 4], { padding: 'same' }),
    two('dilation', [3, 4, 2, 2], { dilation: [3, 2], padding: 1 }),
    two('groups', [6, 2, 3, 2], { groups: 2 }),
    two('depthwise', [4, 1, 3, 3], { groups: 4, padding: 1 }),
    two('1 by 1', [5, 4, 1, 1]),
    two('a stride larger than the kernel', [2, 4, 1, 2], { stride: 3 }),
    {
      name: 'sequences, no bias',
      inputs: [values([2, 3, 9]), w([4, 3, 3])],
      call: (x, w) => conv1d(x, w, null, { stride: 2, padding: 1 }),
    },
    {
      name: 'volumes',
      inputs: [values([1, 2, 4, 3, 5]), w([2, 2, 2, 2, 3]), b(2)],
      call: (x, w, b) => conv3d(x, w, b, { stride: [2, 1, 1], padding: [1, 0, 1] }),
    },
    {
      name: 'no images',
      inputs: [values([0, 2, 4, 4]), w([3, 2, 3, 3]), b(3)],
      call: (x, w, b) => conv2d(x, w, b),
    },
    {
      name: 'whole numbers',
      inputs: [integers([1, 2, 3, 4], [1, 1, 4]), integers([1, -1], [1, 1, 2])],
      call: (x, w) => conv1d(x, w),
      expected: [[[-1, -1, -1]]],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'no batch',
      call: () => conv2d(ones([3, 8, 8]), ones([1, 3, 3, 3])),
      error: ShapeError,
      message:
        'conv2d: the input must have shape (N, C, H, W), got [3,8,8]. A single image needs unsqueeze(0).',
    },
    {
      name: 'other channels',
      call: () => conv2d(ones([2, 4, 8, 8]), ones([8, 3, 3, 3])),
      error: ShapeError,
      message:
        'conv2d: the input must have 3 channels for weight [8,3,3,3], got 4 in [2,4,8,8]. Build the layer with its channels.',
    },
    {
      name: 'groups that do not divide',
      call: () => conv2d(ones([2, 4, 8, 8]), ones([9, 2, 3, 3]), null, { groups: 2 }),
      error: ShapeError,
      message:
        'conv2d: groups must divide the channels, got 2 groups for 9 of weight [9,2,3,3]. Take another number of either.',
    },
    {
      name: 'a kernel larger than the image',
      call: () => conv2d(ones([1, 1, 2, 8]), ones([1, 1, 5, 3]), null, { padding: 1 }),
      error: ShapeError,
      message:
        'conv2d: the kernel reaches over [5,3], more than the padded input [4,10]. Pad more, or take a smaller kernel.',
    },
    {
      name: 'negative padding',
      call: () => conv1d(ones([1, 1, 8]), ones([1, 1, 3]), null, { padding: -1 }),
      error: RangeError,
      message: 'conv1d: padding must be a whole number ≥ 0, got -1.',
    },
    {
      name: 'the same size with a stride',
      call: () => conv1d(ones([1, 1, 8]), ones([1, 1, 3]), null, { padding: 'same', stride: 2 }),
      error: RangeError,
      message: "conv1d: padding 'same' needs stride 1, got 2. Give the padding as a number.",
    },
    {
      name: 'too many strides',
      call: () => conv1d(ones([1, 1, 8]), ones([1, 1, 3]), null, { stride: [1, 2] }),
      error: RangeError,
      message: 'conv1d: stride must be one number or 1, got 2: 1, 2.',
    },
    {
      name: 'a bias of another size',
      call: () => conv1d(ones([1, 1, 8]), ones([2, 1, 3]), ones([3])),
      error: ShapeError,
      message:
        'conv1d: the bias must have shape [2], one number for each output channel, got [3]. Reshape it.',
    },
  ],
});

const transposed = (
  name: string,
  shape: readonly number[],
  options: Parameters<typeof convTranspose2d>[3] = {},
): Sample => ({
  name,
  inputs: [values([2, 4, 3, 4]), w(shape), b(shape[1]! * (options.groups ?? 1))],
  call: (x, w, b) => convTranspose2d(x, w, b, options),
});

testOp('convolutionInput', {
  products: true,
  samples: [
    transposed('3 by 3', [4, 3, 3, 3]),
    transposed('stride', [4, 2, 3, 2], { stride: [2, 3] }),
    transposed('stride, padding and output padding', [4, 2, 3, 3], {
      stride: 2,
      padding: 1,
      outputPadding: [1, 0],
    }),
    transposed('a stride larger than the kernel', [4, 1, 1, 2], { stride: 3, outputPadding: 2 }),
    transposed('dilation', [4, 2, 2, 2], { dilation: [2, 3], padding: 1 }),
    transposed('groups', [4, 3, 2, 2], { groups: 2, stride: 2 }),
    transposed('output padding below dilation only', [4, 2, 3, 2], {
      dilation: 3,
      outputPadding: 2,
    }),
    transposed('output padding between stride and dilation', [4, 3, 2, 3], {
      stride: [1, 2],
      dilation: [2, 4],
      outputPadding: [1, 3],
      padding: 1,
      groups: 2,
    }),
    {
      name: 'kernels of one element with output padding',
      inputs: [integers([1, 2, 3, 10, 20, 30], [1, 2, 3]), integers([1, 1], [2, 1, 1])],
      call: (x, w) => convTranspose1d(x, w, null, { dilation: 2, outputPadding: 1, groups: 2 }),
      expected: [
        [
          [1, 2, 3, 0],
          [10, 20, 30, 0],
        ],
      ],
      gradient: false,
    },
    transposed('kernels of one element, dilated', [4, 2, 1, 1], { dilation: 3, outputPadding: 2 }),
    {
      name: 'sequences, no bias',
      inputs: [values([2, 3, 5]), w([3, 2, 4])],
      call: (x, w) => convTranspose1d(x, w, null, { stride: 2, padding: 1 }),
    },
  ],
  errors: [
    {
      name: 'other channels',
      call: () => convTranspose2d(ones([2, 4, 8, 8]), ones([3, 8, 3, 3])),
      error: ShapeError,
      message:
        'convTranspose2d: the input must have 3 channels for weight [3,8,3,3], got 4 in [2,4,8,8]. Build the layer with its channels.',
    },
    {
      name: 'nothing left',
      call: () => convTranspose1d(ones([2, 3, 1]), ones([3, 8, 2]), null, { padding: 1 }),
      error: ShapeError,
      message:
        "convTranspose1d: the output's size would be [0] for input [2,3,1]. Pad less, or give a larger input.",
    },
    {
      name: 'too much output padding',
      call: () => convTranspose1d(ones([2, 3, 4]), ones([3, 8, 2]), null, { outputPadding: 1 }),
      error: RangeError,
      message:
        'convTranspose1d: outputPadding must be smaller than stride or dilation, got 1 for stride 1 and dilation 1.',
    },
  ],
});

testOp('convolutionWeight', {
  products: true,
  samples: [
    {
      name: 'the kernels of a strided convolution with groups',
      inputs: [x, values([2, 6, 3, 2], -1, 1, 3)],
      call: (x, y): Tensor =>
        run(convolutionWeight, [x, y], {
          kernel: [2, 3],
          stride: [2, 3],
          padding: [
            [1, 0],
            [1, 1],
          ],
          dilation: [1, 1],
          groups: 2,
        }),
    },
  ],
});
