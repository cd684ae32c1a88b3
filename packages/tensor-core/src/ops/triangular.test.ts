import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, integers, testOp, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

const nine = integers([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3]);

testOp('tril', {
  samples: [
    {
      name: 'a matrix',
      inputs: [nine],
      call: (x) => x.tril(),
      expected: [
        [1, 0, 0],
        [4, 5, 0],
        [7, 8, 9],
      ],
      gradient: false,
    },
    {
      name: 'up to the diagonal above',
      inputs: [nine],
      call: (x) => x.tril(1),
      expected: [
        [1, 2, 0],
        [4, 5, 6],
        [7, 8, 9],
      ],
      gradient: false,
    },
    { name: 'wide matrices', inputs: [values([2, 3, 5])], call: (x) => x.tril(-1) },
    { name: 'everything', inputs: [values([2, 2])], call: (x) => x.tril(9) },
    { name: 'no element', inputs: [values([2, 2])], call: (x) => x.tril(-9) },
    { name: 'nothing', inputs: [values([0, 2])], call: (x) => x.tril() },
    { name: 'no columns', inputs: [values([2, 0])], call: (x) => x.tril() },
  ],
  errors: [
    {
      name: 'a vector',
      call: () => zeros([3]).tril(),
      error: ShapeError,
      message: 'tril: needs at least 2 dimensions, got [3]. Unsqueeze it.',
    },
    {
      name: 'half a diagonal',
      call: () => zeros([3, 3]).tril(0.5),
      error: ShapeError,
      message: 'tril: the diagonal k must be a whole number, got 0.5.',
    },
  ],
});

testOp('triu', {
  samples: [
    {
      name: 'a matrix',
      inputs: [nine],
      call: (x) => x.triu(),
      expected: [
        [1, 2, 3],
        [0, 5, 6],
        [0, 0, 9],
      ],
      gradient: false,
    },
    {
      name: 'from the diagonal below',
      inputs: [nine],
      call: (x) => x.triu(-1),
      expected: [
        [1, 2, 3],
        [4, 5, 6],
        [0, 8, 9],
      ],
      gradient: false,
    },
    { name: 'tall matrices', inputs: [values([2, 5, 3])], call: (x) => x.triu(1) },
    {
      name: 'bools, as a causal mask',
      inputs: [bools([true, true, true, true], [2, 2])],
      call: (x) => x.triu(1),
      expected: [
        [0, 1],
        [0, 0],
      ],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'a scalar',
      call: () => zeros([]).triu(),
      error: ShapeError,
      message: 'triu: needs at least 2 dimensions, got []. Unsqueeze it.',
    },
  ],
});

describe('tril and triu', () => {
  it('share the matrix between them', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    for (let k = -3; k <= 3; k++) {
      expect(
        x
          .tril(k)
          .add(x.triu(k + 1))
          .toArray(),
      ).toEqual(x.toArray());
    }
  });
});
