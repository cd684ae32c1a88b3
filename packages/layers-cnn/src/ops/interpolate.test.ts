import { run, ShapeError, zeros, type Tensor } from '@kasane/tensor-core';
import { given, integers, testOp, values, type Sample } from '@kasane/testing';
import { fold, unfold } from '../unfold.ts';
import { upsample, type UpsampleOptions } from '../upsample.ts';
import { interpolateBack } from './interpolate.ts';

const bilinear = (name: string, options: UpsampleOptions): Sample => ({
  name,
  inputs: [values([2, 3, 4, 5])],
  call: (x) => upsample(x, { mode: 'bilinear', ...options }),
});

/** Rows where NaN and infinities stay among what they are the neighbours of. */
const local = (name: string, options: UpsampleOptions, row: number[], want: number[]): Sample => ({
  name,
  inputs: [given(row, [1, 1, 1, row.length])],
  call: (x) => upsample(x, { mode: 'bilinear', ...options }),
  expected: [[[want]]],
  gradient: false,
  skip: { on: 'device', why: 'NaN is not kept apart on every device' },
});

testOp('interpolate', {
  samples: [
    bilinear('twice as large', { scaleFactor: 2 }),
    bilinear('of other sizes', { size: [7, 9] }),
    bilinear('smaller', { size: [3, 2] }),
    bilinear('larger one way, smaller the other', { size: [9, 2] }),
    bilinear('corners in place', { size: [7, 9], alignCorners: true }),
    bilinear('one element', { size: 1 }),
    bilinear('one element, corners in place', { size: 1, alignCorners: true }),
    bilinear('of the same height', { size: [4, 10] }),
    bilinear('nearest', { mode: 'nearest', scaleFactor: [2, 3] }),
    bilinear('nearest, larger one way, smaller the other', { mode: 'nearest', size: [2, 13] }),
    bilinear('nearest, larger the other way', { mode: 'nearest', size: [9, 2] }),
    {
      name: 'from one element',
      inputs: [values([2, 1, 1, 1])],
      call: (x) => upsample(x, { size: [2, 3], mode: 'bilinear' }),
    },
    {
      name: 'no images',
      inputs: [values([0, 1, 2, 2])],
      call: (x) => upsample(x, { size: [2, 3], mode: 'bilinear' }),
    },
    {
      name: 'many columns: vectors and what is left of them',
      inputs: [values([1, 2, 3, 11])],
      call: (x) => upsample(x, { size: [5, 23], mode: 'bilinear' }),
    },
    {
      name: 'whole numbers',
      inputs: [integers([1, 2], [1, 1, 1, 2])],
      call: (x) => upsample(x, { size: [1, 4], mode: 'bilinear' }),
      expected: [[[[1, 1.25, 1.75, 2]]]],
      gradient: false,
    },
    local(
      'NaN reaches its neighbours only',
      { size: [1, 8] },
      [1, NaN, 3, 4],
      [...[1, NaN, NaN, NaN, NaN, 3.25, 3.75, 4]],
    ),
    local(
      'so does Infinity',
      { size: [1, 8] },
      [1, 2, 3, Infinity],
      [...[1, 1.25, 1.75, 2.25, 2.75, Infinity, Infinity, Infinity]],
    ),
    local(
      'what has no weight does not count',
      { size: [1, 5], alignCorners: true },
      [1, NaN, 3],
      [1, NaN, NaN, NaN, 3],
    ),
    local(
      'the nearest is copied, whatever it is',
      { mode: 'nearest', size: [1, 6] },
      [1, NaN, Infinity],
      [1, 1, NaN, NaN, Infinity, Infinity],
    ),
    local('nothing changes without another size', { size: [1, 3] }, [1, NaN, 3], [1, NaN, 3]),
    {
      name: 'NaN in a row of several columns stays in its column and rows',
      inputs: [given([1, NaN, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 1, 4, 3])],
      call: (x) =>
        upsample(x, { size: [8, 3], mode: 'bilinear' })
          .isNaN()
          .cast('int32')
          .sum([0, 1, 2]),
      expected: [0, 3, 0],
      gradient: false,
      skip: { on: 'device', why: 'NaN is not kept apart on every device' },
    },
  ],
  errors: [
    {
      name: 'images without anything',
      call: () => upsample(zeros([1, 2, 0, 3]), { size: 2 }),
      error: ShapeError,
      message:
        'upsample: the images must have at least one element, got [1,2,0,3]. Leave empty images out.',
    },
  ],
});

testOp('interpolateBack', {
  samples: [
    {
      name: 'NaN goes back to what it lay between',
      inputs: [given([1, NaN, 1], [1, 3]), integers([0, 1, 2]), given([0, 0.5, 0.25])],
      call: (y, places, weights): Tensor =>
        run(interpolateBack, [y, places, weights.detach()], { dim: 1, size: 4 }),
      expected: [[1, NaN, NaN, 0.25]],
      gradient: false,
      skip: { on: 'device', why: 'NaN is not kept apart on every device' },
    },
  ],
});

testOp('fold', {
  samples: [
    {
      name: 'blocks that overlap, with stride, padding and dilation',
      inputs: [values([2, 12, 12])],
      call: (x) => fold(x, [5, 4], [2, 3], { stride: [2, 1], padding: 1, dilation: [2, 1] }),
    },
    {
      name: 'blocks side by side, with gaps',
      inputs: [values([1, 8, 4])],
      call: (x) => fold(x, [5, 6], 2, { stride: [3, 4] }),
    },
    {
      name: 'what was unfolded',
      inputs: [values([2, 2, 4, 5])],
      call: (x) => fold(unfold(x, 3), [4, 5], 3),
    },
    { name: 'no images', inputs: [values([0, 4, 2])], call: (x) => fold(x, [2, 3], 2) },
    {
      name: 'NaN stays where it belongs',
      inputs: [given([1, 2, NaN, 4, 5, 6, 7, 8], [1, 4, 2])],
      call: (x) => fold(x, [2, 3], 2),
      expected: [
        [
          [
            [1, NaN, 4],
            [5, 13, 8],
          ],
        ],
      ],
      gradient: false,
      skip: { on: 'device', why: 'NaN is not kept apart on every device' },
    },
  ],
  errors: [
    {
      name: 'blocks larger than the output',
      call: () => fold(zeros([1, 9, 0]), [4, 1], 3, { padding: [0, 1], dilation: [1, 2] }),
      error: ShapeError,
      message:
        'fold: the kernel reaches over [3,5], more than the padded output [4,3]. Pad more, or take a smaller kernel.',
    },
  ],
});
