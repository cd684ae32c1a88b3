import { DTypeError, ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import { expect, it } from 'vitest';

testOp('maskedFill', {
  samples: [
    {
      name: 'whole numbers keep their digits beside a floating value',
      inputs: [integers([2147483647, -16777217, 3]), bools([false, false, true]), given([7], [])],
      call: (x, mask, value) => x.maskedFill(mask, value),
      expected: [2147483647, -16777217, 7],
      gradient: false,
      skip: { on: 'gpu', why: 'its int32 is exact below 2²⁴ only' },
    },
    {
      name: 'a number',
      inputs: [given([1, 2, 3]), bools([false, true, false])],
      call: (x, m) => x.maskedFill(m, -1),
      expected: [1, -1, 3],
    },
    {
      name: 'minus infinity, before a softmax',
      inputs: [given([1, 2]), bools([false, true])],
      call: (x, m) => x.maskedFill(m, -Infinity),
      expected: [1, -Infinity],
      gradient: false,
    },
    {
      name: 'a mask that broadcasts',
      inputs: [values([2, 3]), bools([true, false, true])],
      call: (x, m) => x.maskedFill(m, 0),
    },
    {
      name: 'a tensor as value',
      inputs: [values([2, 2]), bools([true, false, false, true], [2, 2]), given([5], [])],
      call: (x, m, v) => x.maskedFill(m, v),
    },
    {
      name: 'integers stay integers',
      inputs: [integers([1, 2]), bools([true, false])],
      call: (x, m) => x.maskedFill(m, 9),
      expected: [9, 2],
      gradient: false,
    },
    {
      name: 'bools stay bools',
      inputs: [bools([false, true]), bools([true, false])],
      call: (x, m) => x.maskedFill(m, 1),
      expected: [1, 1],
      gradient: false,
    },
    {
      name: 'nothing',
      inputs: [values([0]), bools([], [0])],
      call: (x, m) => x.maskedFill(m, 1),
    },
  ],
  errors: [
    {
      name: 'a mask of numbers',
      call: () => zeros([2]).maskedFill(zeros([2]), 0),
      error: DTypeError,
      message: 'maskedFill: the mask must be bool, got float32. Compare, as in x.less(0).',
    },
    {
      name: 'a value that integers cannot hold',
      call: () => zeros([1], { dtype: 'int32' }).maskedFill(tensor([true]), 0.5),
      error: DTypeError,
      message: 'maskedFill: int32 cannot hold 0.5. Use .cast("float32").',
    },
    {
      name: 'a mask that does not broadcast',
      call: () => zeros([3]).maskedFill(tensor([true, false]), 0),
      error: ShapeError,
      message:
        'maskedFill: shapes [3] and [2] do not broadcast: dimension 0 is 3 and 2. Sizes must be equal or 1. Reshape one side.',
    },
  ],
});

it('maskedFill keeps the dtype when the value has a wider one', () => {
  const value = tensor(2, { dtype: 'float64' });
  expect(zeros([1]).maskedFill(tensor([true]), value).dtype).toBe('float32');
});
