import { DTypeError, ones, ShapeError, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { given, integers, testOp, values } from '@kasane/testing';
import {
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  maxPool1d,
  maxPool2d,
  maxPool2dWithIndices,
  maxUnpool2d,
} from '../pool.ts';

const x = values([2, 3, 7, 5]);

testOp('maxPool', {
  samples: [
    { name: '2 by 2', inputs: [values([1, 2, 4, 11])], call: (x) => maxPool2d(x, 2) },
    {
      name: 'overlapping windows',
      inputs: [x],
      call: (x) => maxPool2d(x, 3, { stride: [1, 2], padding: 1 }),
    },
    {
      name: 'dilated windows beyond the edge',
      inputs: [x],
      call: (x) =>
        maxPool2d(x, [2, 3], { stride: 2, padding: 1, dilation: [3, 2], ceilMode: true }),
    },
    { name: 'sequences', inputs: [values([2, 3, 7])], call: (x) => maxPool1d(x, 3, { stride: 2 }) },
    { name: 'windows that adapt', inputs: [x], call: (x) => adaptiveMaxPool2d(x, [3, 2]) },
    { name: 'as many as there are', inputs: [x], call: (x) => adaptiveMaxPool2d(x, [7, 1]) },
    {
      name: 'equal elements: the first counts',
      inputs: [given([1, 3, 3, 2], [1, 1, 1, 4])],
      call: (x) => maxPool2dWithIndices(x, [1, 4]).indices,
      expected: [[[[1]]]],
      gradient: false,
    },
    {
      name: 'NaN counts as largest, the last of several',
      inputs: [
        given(
          [9, NaN, 1, 2, 3, 4, NaN, NaN, -Infinity, -Infinity, -Infinity, -Infinity],
          [3, 1, 2, 2],
        ),
      ],
      call: (x) => maxPool2dWithIndices(x, 2).indices,
      expected: [[[[1]]], [[[3]]], [[[0]]]],
      gradient: false,
      skip: { on: 'device', why: 'NaN is not kept apart on every device' },
    },
    {
      name: 'four windows side by side, NaN and infinities among them',
      inputs: [
        given(
          [9, NaN, -Infinity, -Infinity, 1, 2, 3, 3, 1, 9, -Infinity, -Infinity, NaN, NaN, 3, 3],
          [1, 1, 2, 8],
        ),
      ],
      call: (x) => maxPool2dWithIndices(x, 2).indices,
      expected: [[[[1, 2, 13, 6]]]],
      gradient: false,
      skip: { on: 'device', why: 'NaN is not kept apart on every device' },
    },
    { name: 'no images', inputs: [values([0, 3, 4, 4])], call: (x) => maxPool2d(x, 2) },
    {
      name: 'sequences whose windows lie wholly in padding',
      inputs: [given([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4])],
      call: (x) => maxPool1d(x, 2, { padding: 1, dilation: 5 }),
      expected: [[[-Infinity], [-Infinity]]],
      gradient: false,
      skip: { on: 'device', why: 'infinities are not kept apart on every device' },
    },
    {
      name: 'windows of which some lie wholly in padding, among others',
      inputs: [values([2, 3, 4, 5])],
      // What is infinite has no differences; the rest keeps its gradient.
      call: (x) => maxPool2d(x, 2, { padding: 1, dilation: [5, 2], stride: 1 }).maximum(-9),
    },
    {
      name: 'places of windows in padding: none',
      inputs: [values([1, 2, 3, 3])],
      call: (x) => maxPool2dWithIndices(x, 2, { padding: 1, dilation: 4 }).indices,
      expected: [[[[-1]], [[-1]]]],
      gradient: false,
    },
    {
      name: 'padding without anything',
      inputs: [values([1, 2, 0])],
      call: (x) => maxPool1d(x, 2, { padding: 1 }),
      expected: [[[-Infinity], [-Infinity]]],
      skip: { on: 'gpu', why: 'a device takes no empty arrays' },
      gradient: false,
    },
    {
      name: 'rows without anything',
      inputs: [values([1, 2, 3, 0])],
      call: (x) => maxPool2d(x, [1, 2], { padding: [0, 1] }).maximum(-9),
      skip: { on: 'gpu', why: 'a device takes no empty arrays' },
    },
  ],
  errors: [
    {
      name: 'a window larger than the image',
      call: () => maxPool2d(ones([1, 1, 2, 8]), 5, { padding: 1 }),
      error: ShapeError,
      message:
        'maxPool2d: the window reaches over 5, more than the padded input 4 of [1,1,2,8]. Pad more, or take a smaller window.',
    },
    {
      name: 'too much padding',
      call: () => maxPool2d(ones([1, 1, 8, 8]), 3, { padding: 2 }),
      error: RangeError,
      message:
        'maxPool2d: padding must be at most half the kernel, got 2 for 3. Pad the input itself.',
    },
    {
      name: 'no batch',
      call: () => maxPool2d(ones([1, 8, 8]), 3),
      error: ShapeError,
      message:
        'maxPool2d: the input must have shape (N, C, H, W), got [1,8,8]. A single image needs unsqueeze(0).',
    },
  ],
});

const places = integers([1, 5, 6, 4, 0, 3, 5, 2], [1, 2, 2, 2]);

testOp('maxUnpool', {
  samples: [
    {
      name: 'among zeros',
      inputs: [values([1, 2, 2, 2]), places],
      call: (y, index) => maxUnpool2d(y, index, 2, { outputSize: [2, 4] }),
    },
    {
      name: 'two values for one place',
      inputs: [given([1, 2], [1, 1, 1, 2]), integers([3, 3], [1, 1, 1, 2])],
      call: (y, index) => maxUnpool2d(y, index, 2),
      expected: [
        [
          [
            [0, 0, 0, 3],
            [0, 0, 0, 0],
          ],
        ],
      ],
    },
  ],
  errors: [
    {
      name: 'the place of a window that lay in padding',
      call: () => maxUnpool2d(ones([1, 1, 1, 1]), tensor([[[[-1]]]], { dtype: 'int32' }), 2),
      error: ShapeError,
      message:
        'maxUnpool: index -1 is outside of planes [2,2]. Give outputSize, the size that was pooled.',
    },
    {
      name: 'a place outside, in a compiled call',
      call: () => {
        const place = (at: number): Tensor => tensor([[[[at]]]], { dtype: 'int32' });
        const put = compile((y: Tensor, index: Tensor) => maxUnpool2d(y, index, 2));
        for (let i = 0; i < 4; i++) put(ones([1, 1, 1, 1]), place(i));
        put(ones([1, 1, 1, 1]), place(-1));
      },
      error: ShapeError,
      message:
        'maxUnpool: index -1 is outside of planes [2,2]. Give outputSize, the size that was pooled.',
    },
    {
      name: 'a place outside',
      call: () => maxUnpool2d(ones([1, 1, 1, 1]), tensor([[[[4]]]], { dtype: 'int32' }), 2),
      error: ShapeError,
      message:
        'maxUnpool: index 4 is outside of planes [2,2]. Give outputSize, the size that was pooled.',
    },
    {
      name: 'two shapes',
      call: () => maxUnpool2d(ones([1, 1, 1, 1]), tensor([[[[0, 1]]]], { dtype: 'int32' }), 2),
      error: ShapeError,
      message:
        'maxUnpool: values and indices must have one shape, got [1,1,1,1] and [1,1,1,2]. Give both results of one pooling.',
    },
    {
      name: 'places that are not whole numbers',
      call: () => maxUnpool2d(ones([1, 1, 1, 1]), tensor([[[[0.5]]]]), 2),
      error: DTypeError,
      message: "maxUnpool: indices must be int32, got float32. Use .cast('int32').",
    },
  ],
});

const avg =
  (...rest: Parameters<typeof avgPool2d> extends [Tensor, ...infer R] ? R : never) =>
  (x: Tensor): Tensor =>
    avgPool2d(x, ...rest);

testOp('avgPool', {
  samples: [
    { name: '2 by 2', inputs: [x], call: avg(2) },
    { name: 'padding', inputs: [x], call: avg(3, { stride: 2, padding: 1 }) },
    {
      name: 'padding that does not count',
      inputs: [x],
      call: avg([3, 2], { stride: [1, 2], padding: 1, countIncludePad: false }),
    },
    {
      name: 'windows that are not full',
      inputs: [x],
      call: avg(3, { stride: 2, padding: 1, ceilMode: true }),
    },
    { name: 'sequences', inputs: [values([2, 3, 7])], call: (x) => avgPool1d(x, 2) },
    { name: 'windows that adapt', inputs: [x], call: (x) => adaptiveAvgPool2d(x, [3, 2]) },
    { name: 'more than there are', inputs: [x], call: (x) => adaptiveAvgPool2d(x, 8) },
    { name: 'no images', inputs: [values([0, 3, 4, 4])], call: avg(2) },
    {
      name: 'the mean of nothing but padding is 0',
      inputs: [values([1, 2, 0])],
      call: (x) => avgPool1d(x, 2, { padding: 1 }).add(0),
      expected: [[[0], [0]]],
      skip: { on: 'gpu', why: 'a device takes no empty arrays' },
    },
    {
      name: 'the mean of nothing is 0',
      inputs: [values([1, 2, 3, 0])],
      call: avg([1, 2], { padding: [0, 1], countIncludePad: false }),
      expected: [
        [
          [[0], [0], [0]],
          [[0], [0], [0]],
        ],
      ],
      skip: { on: 'gpu', why: 'a device takes no empty arrays' },
    },
  ],
});
