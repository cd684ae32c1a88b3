import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, given, testOp, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

testOp('broadcastTo', {
  samples: [
    {
      name: 'a new dim',
      inputs: [given([1, 2])],
      call: (x) => x.broadcastTo([3, 2]),
      expected: [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
    },
    { name: 'a dim of size 1', inputs: [values([2, 1, 3])], call: (x) => x.broadcastTo([2, 4, 3]) },
    { name: 'a scalar', inputs: [values([])], call: (x) => x.broadcastTo([2, 2]) },
    { name: 'a scalar to itself', inputs: [values([])], call: (x) => x.broadcastTo([]) },
    { name: 'to nothing', inputs: [values([1, 2])], call: (x) => x.broadcastTo([0, 2]) },
    {
      name: 'bytes',
      inputs: [bools([true, false], [2, 1])],
      call: (x) => x.broadcastTo([2, 5]),
      gradient: false,
    },
    {
      name: 'more loops than the kernel has',
      inputs: [values([2, 1, 2, 1, 2, 1])],
      call: (x) => x.broadcastTo([2, 2, 2, 2, 2, 2]),
    },
  ],
  errors: [
    {
      name: 'a shape that would shrink',
      call: () => zeros([3, 2]).broadcastTo([1, 2]),
      error: ShapeError,
      message: 'broadcastTo: [3,2] does not broadcast to [1,2]. Only sizes of 1 stretch.',
    },
    {
      name: 'sizes that differ',
      call: () => zeros([3]).broadcastTo([2]),
      error: ShapeError,
      message:
        'broadcastTo: shapes [3] and [2] do not broadcast: dimension 0 is 3 and 2. Sizes must be equal or 1. Reshape one side.',
    },
  ],
});

testOp('sumTo', {
  samples: [
    {
      name: 'without the leading dim',
      inputs: [given([1, 2, 3, 4], [2, 2])],
      call: (x) => x.sumTo([2]),
      expected: [4, 6],
    },
    { name: 'a dim back to 1', inputs: [values([2, 4, 3])], call: (x) => x.sumTo([2, 1, 3]) },
    { name: 'both', inputs: [values([2, 4, 3])], call: (x) => x.sumTo([4, 1]) },
    { name: 'a scalar', inputs: [values([2, 3])], call: (x) => x.sumTo([]) },
    { name: 'the same shape', inputs: [values([2, 3])], call: (x) => x.sumTo([2, 3]) },
    { name: 'nothing adds up to 0', inputs: [values([0, 2])], call: (x) => x.sumTo([2]) },
  ],
  errors: [
    {
      name: 'a shape that does not broadcast to the tensor',
      call: () => zeros([4, 3]).sumTo([2]),
      error: ShapeError,
      message: 'sumTo: [2] does not broadcast to [4,3].',
    },
    {
      name: 'more dims than the tensor has',
      call: () => zeros([3]).sumTo([1, 3]),
      error: ShapeError,
      message: 'sumTo: [1,3] does not broadcast to [3].',
    },
  ],
});

describe('broadcastTo', () => {
  it('keeps its own copy of the shape it was given', () => {
    const shape = [2, 2];
    const x = tensor([1, 2]).broadcastTo(shape);
    shape[0] = 9;
    expect(x.shape).toEqual([2, 2]);
  });
});
