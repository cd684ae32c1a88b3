import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, integers, testOp, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

const six = integers([1, 2, 3, 4, 5, 6], [2, 3]);

testOp('diag', {
  samples: [
    {
      name: 'a vector to a matrix',
      inputs: [integers([1, 2])],
      call: (x) => x.diag(),
      expected: [
        [1, 0],
        [0, 2],
      ],
      gradient: false,
    },
    {
      name: 'a vector above the diagonal',
      inputs: [integers([1, 2])],
      call: (x) => x.diag(1),
      expected: [
        [0, 1, 0],
        [0, 0, 2],
        [0, 0, 0],
      ],
      gradient: false,
    },
    {
      name: 'a vector below the diagonal',
      inputs: [values([2])],
      call: (x) => x.diag(-2),
    },
    {
      name: 'a matrix to a vector',
      inputs: [six],
      call: (x) => x.diag(),
      expected: [1, 5],
      gradient: false,
    },
    {
      name: 'the diagonal above',
      inputs: [six],
      call: (x) => x.diag(1),
      expected: [2, 6],
      gradient: false,
    },
    {
      name: 'the diagonal below',
      inputs: [six],
      call: (x) => x.diag(-1),
      expected: [4],
      gradient: false,
    },
    { name: 'of a tall matrix', inputs: [values([4, 2])], call: (x) => x.diag(-1) },
    { name: 'of a wide matrix', inputs: [values([2, 4])], call: (x) => x.diag(2) },
    { name: 'outside the matrix', inputs: [values([2, 2])], call: (x) => x.diag(5) },
    { name: 'an empty vector', inputs: [values([0])], call: (x) => x.diag() },
    { name: 'an empty vector off the diagonal', inputs: [values([0])], call: (x) => x.diag(1) },
    {
      name: 'bytes',
      inputs: [bools([true, false])],
      call: (x) => x.diag(),
      expected: [
        [1, 0],
        [0, 0],
      ],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'three dims',
      call: () => zeros([1, 2, 3]).diag(),
      error: ShapeError,
      message: 'diag: needs a vector or a matrix, got [1,2,3].',
    },
    {
      name: 'half a diagonal',
      call: () => zeros([2]).diag(0.5),
      error: ShapeError,
      message: 'diag: the diagonal k must be a whole number, got 0.5.',
    },
  ],
});

describe('diag', () => {
  it('of the diagonal matrix of a vector is the vector', () => {
    const x = tensor([1, 2, 3]);
    for (let k = -2; k <= 2; k++) expect(x.diag(k).diag(k).toArray()).toEqual([1, 2, 3]);
  });
});
