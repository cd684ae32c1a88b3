import { ShapeError, zeros } from '@kasane/tensor-core';
import { integers, testOp, values } from '@kasane/testing';

testOp('tile', {
  samples: [
    {
      name: 'a vector',
      inputs: [integers([1, 2])],
      call: (x) => x.tile([2]),
      expected: [1, 2, 1, 2],
      gradient: false,
    },
    {
      name: 'a vector to a matrix',
      inputs: [integers([1, 2])],
      call: (x) => x.tile([2, 2]),
      expected: [
        [1, 2, 1, 2],
        [1, 2, 1, 2],
      ],
      gradient: false,
    },
    {
      name: 'a matrix along its last dim',
      inputs: [integers([1, 2, 3, 4], [2, 2])],
      call: (x) => x.tile([2]),
      expected: [
        [1, 2, 1, 2],
        [3, 4, 3, 4],
      ],
      gradient: false,
    },
    { name: 'three dims', inputs: [values([2, 3, 2])], call: (x) => x.tile([2, 1, 3]) },
    { name: 'a scalar', inputs: [values([])], call: (x) => x.tile([3]) },
    { name: 'no times', inputs: [values([2])], call: (x) => x.tile([0]) },
    { name: 'nothing', inputs: [values([0, 2])], call: (x) => x.tile([2, 2]) },
  ],
  errors: [
    {
      name: 'half a count',
      call: () => zeros([2]).tile([1.5]),
      error: ShapeError,
      message: 'tile: counts must be whole numbers ≥ 0, got [1.5].',
    },
  ],
});

testOp('repeat', {
  samples: [
    {
      name: 'rows and columns',
      inputs: [integers([1, 2, 3, 4], [2, 2])],
      call: (x) => x.repeat([2, 1]),
      expected: [
        [1, 2],
        [3, 4],
        [1, 2],
        [3, 4],
      ],
      gradient: false,
    },
    { name: 'a new dim in front', inputs: [values([2])], call: (x) => x.repeat([3, 2]) },
  ],
  errors: [
    {
      name: 'fewer counts than dims',
      call: () => zeros([2, 3]).repeat([2]),
      error: ShapeError,
      message: 'repeat: needs a count per dimension of [2,3], got [2]. Use tile for fewer.',
    },
    {
      name: 'a negative count',
      call: () => zeros([2]).repeat([-1]),
      error: ShapeError,
      message: 'repeat: counts must be whole numbers ≥ 0, got [-1].',
    },
  ],
});
