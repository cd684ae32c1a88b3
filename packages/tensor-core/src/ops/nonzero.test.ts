import { tensor, zeros } from '@kasane/tensor-core';
import { bools, given, integers, testOp } from '@kasane/testing';
import { expect, it } from 'vitest';

testOp('nonzero', {
  skip: {
    on: 'device',
    why: 'the result has a size that only the values tell, and they answer later',
  },
  samples: [
    {
      name: 'a vector',
      inputs: [given([0, 2, 0, -1])],
      call: (x) => x.nonzero(),
      expected: [[1], [3]],
    },
    {
      name: 'a matrix, in row-major order',
      inputs: [integers([1, 0, 0, 2, 0, 3], [2, 3])],
      call: (x) => x.nonzero(),
      expected: [
        [0, 0],
        [1, 0],
        [1, 2],
      ],
    },
    {
      name: 'bools',
      inputs: [bools([false, true], [1, 2])],
      call: (x) => x.nonzero(),
      expected: [[0, 1]],
    },
    {
      name: 'NaN, which is not 0',
      inputs: [given([-0, Number.NaN])],
      call: (x) => x.nonzero(),
      expected: [[1]],
    },
    { name: 'nothing', inputs: [given([], [0, 3])], call: (x) => x.nonzero() },
  ],
  noGradient: 'its result is an integer',
});

it('nonzero has a row for each element found and a column for each dim', () => {
  expect(zeros([2, 3]).nonzero().shape).toEqual([0, 2]);
  expect(tensor(5).nonzero().shape).toEqual([1, 0]);
  expect(tensor(0).nonzero().shape).toEqual([0, 0]);
  expect(tensor([1]).nonzero().dtype).toBe('int32');
});
