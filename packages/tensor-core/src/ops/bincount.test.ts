import { DTypeError, ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { given, integers, testOp } from '@kasane/testing';
import { expect, it } from 'vitest';

const int = (list: number[]): ReturnType<typeof tensor> => tensor(list, { dtype: 'int32' });

testOp('bincount', {
  skip: {
    on: 'device',
    why: 'the result has a size that only the values tell, and they answer later',
  },
  samples: [
    {
      name: 'counts',
      inputs: [integers([1, 3, 1])],
      call: (x) => x.bincount(),
      expected: [0, 2, 0, 1],
      gradient: false,
    },
    {
      name: 'at least so many bins',
      inputs: [integers([1])],
      call: (x) => x.bincount({ minlength: 4 }),
      expected: [0, 1, 0, 0],
      gradient: false,
    },
    {
      name: 'weights, to which gradients flow',
      inputs: [integers([1, 0, 1]), given([0.5, 2, 0.25])],
      call: (x, weights) => x.bincount({ weights }),
      expected: [2, 0.75],
    },
    { name: 'nothing', inputs: [integers([])], call: (x) => x.bincount(), gradient: false },
    {
      name: 'nothing in two bins',
      inputs: [integers([])],
      call: (x) => x.bincount({ minlength: 2 }),
      expected: [0, 0],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'a negative value',
      call: () => int([1, -2]).bincount(),
      error: ShapeError,
      message: 'bincount: values must be ≥ 0, got -2. Shift them with .sub(min).',
    },
    {
      name: 'a matrix',
      call: () => zeros([1, 1], { dtype: 'int32' }).bincount(),
      error: ShapeError,
      message: 'bincount: needs a vector, got [1,1]. Flatten it.',
    },
    {
      name: 'numbers with digits',
      call: () => zeros([1]).bincount(),
      error: DTypeError,
      message: 'bincount: indices must be int32, got float32. Use .cast("int32").',
    },
    {
      name: 'weights of another shape',
      call: () => int([1]).bincount({ weights: zeros([2]) }),
      error: ShapeError,
      message: 'bincount: weights must have shape [1], got [2].',
    },
    {
      name: 'a negative minlength',
      call: () => int([1]).bincount({ minlength: -1 }),
      error: RangeError,
      message: 'bincount: minlength must be a whole number ≥ 0, got -1.',
    },
  ],
});

it('bincount counts in int32 and weighs in the dtype of the weights', () => {
  expect(int([1]).bincount().dtype).toBe('int32');
  expect(int([1]).bincount({ weights: tensor([1], { dtype: 'float64' }) }).dtype).toBe('float64');
  expect(int([1]).bincount({ weights: int([2]) }).dtype).toBe('float32');
});
